/// A second opinion on what JSON is: recognises RFC 8259 without recursion and without making values, so that it shares
/// nothing with the reader that it judges.
struct JSONGrammar {
    private let bytes: [UInt8]
    private var index = 0
    private var open: [UInt8] = []

    /// What may stand at the next place.
    private enum Next { case value, elementOrEnd, keyOrEnd, key, colon, commaOrEnd, nothing }

    /// Whether `bytes` are one JSON value in UTF-8, nested at most `depth` levels, without half a surrogate pair.
    static func accepts(_ bytes: [UInt8], depth: Int) -> Bool {
        guard String(validating: bytes, as: UTF8.self) != nil else { return false }
        var grammar = JSONGrammar(bytes: bytes)
        return grammar.run(depth: depth)
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func run(depth: Int) -> Bool {
        var next = Next.value
        while true {
            while let byte = peek, " \t\r\n".utf8.contains(byte) { index += 1 }
            guard let byte = peek else { return next == .nothing }
            switch (byte, next) {
            case (UInt8(ascii: "{"), .value), (UInt8(ascii: "{"), .elementOrEnd):
                next = .keyOrEnd
                open.append(UInt8(ascii: "}"))
            case (UInt8(ascii: "["), .value), (UInt8(ascii: "["), .elementOrEnd):
                next = .elementOrEnd
                open.append(UInt8(ascii: "]"))
            case (UInt8(ascii: "}"), .keyOrEnd), (UInt8(ascii: "]"), .elementOrEnd),
                (UInt8(ascii: "}"), .commaOrEnd), (UInt8(ascii: "]"), .commaOrEnd):
                guard open.popLast() == byte else { return false }
                next = afterValue
            case (UInt8(ascii: ","), .commaOrEnd):
                next = open.last == UInt8(ascii: "}") ? .key : .value
            case (UInt8(ascii: ":"), .colon):
                next = .value
            case (UInt8(ascii: "\""), .key), (UInt8(ascii: "\""), .keyOrEnd):
                guard text() else { return false }
                next = .colon
                continue
            case (_, .value), (_, .elementOrEnd):
                guard byte == UInt8(ascii: "\"") ? text() : scalar() else { return false }
                next = afterValue
                continue
            default: return false
            }
            guard open.count <= depth else { return false }
            index += 1
        }
    }

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }
    private var afterValue: Next { open.isEmpty ? .nothing : .commaOrEnd }

    private mutating func text() -> Bool {
        index += 1
        while let byte = peek {
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return true
            case 0..<0x20: return false
            case UInt8(ascii: "\\"):
                guard let escape = peek else { return false }
                index += 1
                if escape == UInt8(ascii: "u") {
                    guard codeUnits() else { return false }
                } else if !"\"\\/bfnrt".utf8.contains(escape) {
                    return false
                }
            default: break
            }
        }
        return false
    }

    /// The digits behind `\u`, and those of the second half where they name the first half of a pair.
    private mutating func codeUnits() -> Bool {
        guard let first = codeUnit() else { return false }
        guard (0xD800...0xDFFF).contains(first) else { return true }
        guard first < 0xDC00, bytes[index...].starts(with: "\\u".utf8) else { return false }
        index += 2
        return codeUnit().map((0xDC00...0xDFFF).contains) ?? false
    }

    private mutating func codeUnit() -> Int? {
        let digits = bytes[index...].prefix(4)
        index += digits.count
        guard digits.count == 4, digits.allSatisfy({ "0123456789abcdefABCDEF".utf8.contains($0) }) else { return nil }
        return Int(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    /// A number or one of the three words: everything up to what ends it.
    private mutating func scalar() -> Bool {
        let word = bytes[index...].prefix { !" \t\r\n,]}:[{\"".utf8.contains($0) }
        index += word.count
        if ["true", "false", "null"].contains(where: { word.elementsEqual($0.utf8) }) { return true }
        var rest = word
        func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
        func digits() -> Int {
            let count = rest.prefix(while: isDigit).count
            rest = rest.dropFirst(count)
            return count
        }
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let startsWithZero = rest.first == UInt8(ascii: "0")
        let whole = digits()
        guard whole > 0, whole == 1 || !startsWithZero else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard digits() > 0 else { return false }
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
            guard digits() > 0 else { return false }
        }
        return rest.isEmpty
    }
}
