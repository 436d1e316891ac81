import GatewayCore

extension ModuleInbox {
    mutating func read(_ byte: UInt8, _ elements: inout [Element]) {
        switch place {
        case .between: begin(byte, &elements)
        case .head(let separators): readHead(byte, separators, &elements)
        case .object(var scanner):
            text.append(byte)
            let isLast = scanner.take(byte)
            place = .object(scanner)
            if isLast { finish(bySilence: false, &elements) }
        case .loose:
            if byte.endsMessage { return finish(bySilence: false, &elements) }
            text.append(byte)
            if isListComplete(byte) { finish(bySilence: false, &elements) }
        case .line:
            if byte == UInt8(ascii: "\n") { return finish(bySilence: false, &elements) }
            text.append(byte)
        case .skipping: break
        }
        if text.count > sizeLimit {
            elements.append(
                .refused(GatewayError(.badMessage, "A message of the module has more than \(sizeLimit) bytes"))
            )
            text = []
            place = .skipping
        }
    }

    private mutating func begin(_ byte: UInt8, _ elements: inout [Element]) {
        if byte == UInt8(ascii: "1"), livesExpected > 0 {
            livesExpected -= 1
            livesBefore += 1
            elements.append(.alive)
        } else if !byte.endsMessage, byte != UInt8(ascii: " ") {
            place = .head(separators: 0)
            readHead(byte, 0, &elements)
        }
    }

    private mutating func readHead(_ byte: UInt8, _ separators: Int, _ elements: inout [Element]) {
        if separators == 2, byte == UInt8(ascii: "{") {
            var scanner = ObjectScanner()
            _ = scanner.take(byte)
            text.append(byte)
            place = .object(scanner)
            return
        }
        if byte.endsMessage { return finish(bySilence: false, &elements) }
        text.append(byte)
        if isListComplete(byte) { return finish(bySilence: false, &elements) }
        if separators == 2 {
            place = .loose
        } else if byte == UInt8(ascii: "|") {
            place = .head(separators: separators + 1)
        } else if separators == 0, text.count == Self.undecodable.count, text == Self.undecodable {
            // What follows quotes the command, with whatever it contains.
            place = .line
        }
    }

    private static let undecodable = Array("Was unable to decode msg=".utf8)

    /// Whether the list of commands ends here. The present release ends it so; older ones leave that to silence.
    private func isListComplete(_ byte: UInt8) -> Bool {
        guard listsExpected > 0, byte == UInt8(ascii: "P") else { return false }
        return text.suffix(Self.lastCommands.count).elementsEqual(Self.lastCommands)
    }

    private static let lastCommands = Array("STOP|CLOSE|GET_PCOMMS|UP".utf8)
}

extension UInt8 {
    /// Whether the byte separates messages: modules of other makers write lines, or end their callbacks as commands.
    fileprivate var endsMessage: Bool {
        self == UInt8(ascii: "\n") || self == UInt8(ascii: "\r") || self == UInt8(ascii: ";")
    }
}
