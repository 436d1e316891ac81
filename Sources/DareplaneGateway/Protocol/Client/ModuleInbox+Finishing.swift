import GatewayCore

extension ModuleInbox {
    /// Makes an element of what was read.
    mutating func finish(bySilence: Bool, _ elements: inout [Element]) {
        let (place, bytes) = (place, text)
        self.place = .between
        text = []
        defer { if self.place.isBetween { livesBefore = 0 } }
        // An object that its brace has closed is complete.
        if bySilence || !place.isObject, let problem = problem(at: place, bytes) {
            let rest = withoutSignsOfLife(bytes, &elements)
            return elements.append(.rejected(String(decoding: rest, as: UTF8.self), problem))
        }
        switch place {
        case .between, .skipping: return
        case .object: finishCallback(bytes, &elements)
        case .line: finishText(bytes, &elements)
        case .head(separators: 0) where !bySilence || listsExpected == 0: finishText(bytes, &elements)
        case .head, .loose:
            let isCallback = bytes.count { $0 == UInt8(ascii: "|") } >= 2
            if listsExpected > 0, !(isCallback && isAddressed(bytes)) {
                finishList(bytes, &elements)
            } else if isCallback {
                finishCallback(withoutSignsOfLife(bytes, &elements), &elements)
            } else {
                finishText(bytes, &elements)
            }
        }
    }

    private mutating func finishCallback(_ bytes: [UInt8], _ elements: inout [Element]) {
        guard let text = decoded(bytes, &elements) else { return }
        let parts = text.split(separator: "|", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3 else { return elements.append(.text(text)) }
        let module = module(String(parts[0][...].trimmed), &elements)
        let name = String(parts[1][...].trimmed)
        elements.append(.callback(Callback(module: module, name: name, payload: parts[2])))
    }

    private mutating func finishText(_ bytes: [UInt8], _ elements: inout [Element]) {
        if bytes.allSatisfy({ $0 == UInt8(ascii: "1") }) {
            // Nobody had asked, but nothing else can be meant.
            return elements.append(contentsOf: bytes.map { _ in .alive })
        }
        guard let text = decoded(bytes, &elements) else { return }
        let greeting = "Connected to "
        elements.append(text.hasPrefix(greeting) ? .banner(String(text.dropFirst(greeting.count))) : .text(text))
    }

    private mutating func finishList(_ bytes: [UInt8], _ elements: inout [Element]) {
        listsExpected -= 1
        var list = bytes[...]
        var rest: ArraySlice<UInt8> = []
        // A list has no brace: a callback is glued to one of an older release, which ends so.
        if let brace = list.firstIndex(of: UInt8(ascii: "{")),
            let end = list[..<brace].lastRange(of: Self.lastCommandsBefore24)?.upperBound
        {
            (list, rest) = (list[..<end], list[end...])
        }
        guard let text = decoded(withoutSignsOfLife(Array(list), &elements), &elements) else { return }
        let names = text.split(separator: "|").map { $0.trimmingBlanks }.filter { !$0.isEmpty }
        elements.append(.commands(names.map(String.init)))
        for byte in rest { read(byte, &elements) }
    }

    private static let lastCommandsBefore24 = Array("STOP|CLOSE".utf8)

    /// Takes expected signs of life off the end of something that has no end of its own.
    mutating func withoutSignsOfLife(_ bytes: [UInt8], _ elements: inout [Element]) -> [UInt8] {
        var bytes = bytes
        while livesExpected > 0, bytes.last == UInt8(ascii: "1") {
            bytes.removeLast()
            livesExpected -= 1
            elements.append(.alive)
        }
        return bytes
    }

    /// Whether the text begins with the name of a module; a `|` stands behind it where one is there at all.
    func isAddressed(_ bytes: [UInt8]) -> Bool {
        let name = String(decoding: bytes.prefix { $0 != UInt8(ascii: "|") }, as: UTF8.self)
        return modules.contains(String(name[...].trimmed))
    }

    /// The module that is meant: a `1` before its name may be a part of it, or a sign of life.
    private mutating func module(_ name: String, _ elements: inout [Element]) -> String {
        guard !modules.isEmpty, !modules.contains(name) else { return name }
        for count in 0..<livesBefore {
            let longer = String(repeating: "1", count: count + 1) + name
            if modules.contains(longer) {
                livesExpected += count + 1
                return longer
            }
        }
        for count in 1..<max(2, name.utf8.count) where name.utf8.prefix(count).allSatisfy({ $0 == UInt8(ascii: "1") }) {
            let shorter = String(name.dropFirst(count))
            if modules.contains(shorter) {
                elements.append(contentsOf: (0..<count).map { _ in .alive })
                return shorter
            }
        }
        return name
    }

    private func decoded(_ bytes: [UInt8], _ elements: inout [Element]) -> String? {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        elements.append(
            .refused(
                GatewayError(
                    .badMessage,
                    "A message of the module is not UTF-8: '\(String(decoding: bytes, as: UTF8.self).shortened)'"
                )
            )
        )
        return nil
    }
}

extension Substring {
    fileprivate var trimmingBlanks: Substring {
        var text = drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}

extension ArraySlice<UInt8> {
    fileprivate func lastRange(of pattern: [UInt8]) -> Range<Int>? {
        guard count >= pattern.count else { return nil }
        return (startIndex...(endIndex - pattern.count)).reversed()
            .first { self[$0..<($0 + pattern.count)].elementsEqual(pattern) }
            .map { $0..<($0 + pattern.count) }
    }
}
