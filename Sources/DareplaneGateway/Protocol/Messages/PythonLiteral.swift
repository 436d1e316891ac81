public import AcquisitionRPC

/// Reads what Python's `repr` writes for data of the kinds that JSON has: dicts, lists, tuples, texts, numbers, `True`,
/// `False` and `None`.
///
/// The documented example of a callback is such text (`protocol/dareplane.md`, D28), and so is what is typed into the box
/// of a macro (D38). Expressions, prefixes of texts, sets and keys that are no texts are refused.
public struct PythonLiteral {
    private let bytes: [UInt8]
    private var index = 0
    private var depth = 0
    private let limits: WireLimits

    /// The one value that `text` holds.
    ///
    /// - Throws: `WireError` that names the rule and the place.
    public static func read(_ text: String, limits: WireLimits = .standard) throws(WireError) -> JSONValue {
        let bytes = Array(text.utf8)
        guard bytes.count <= limits.size else {
            throw WireError(.size, "The text has \(bytes.count) bytes; at most \(limits.size) are allowed")
        }
        var reader = PythonLiteral(bytes: bytes, limits: limits)
        let value = try reader.value()
        guard reader.next == nil else { throw reader.unexpected("the end of the text") }
        return value
    }

    private init(bytes: [UInt8], limits: WireLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    // MARK: - Values

    private mutating func value() throws(WireError) -> JSONValue {
        switch next {
        case UInt8(ascii: "{"): return try dict()
        case UInt8(ascii: "["): return try list(until: UInt8(ascii: "]"))
        case UInt8(ascii: "("): return try list(until: UInt8(ascii: ")"))
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return .string(try string())
        default: return try word()
        }
    }

    private mutating func dict() throws(WireError) -> JSONValue {
        try enter()
        var object = JSONObject()
        while next != UInt8(ascii: "}") {
            guard next == UInt8(ascii: "'") || next == UInt8(ascii: "\"") else { throw unexpected("a key in quotes") }
            let key = try string()
            guard skip(UInt8(ascii: ":")) else { throw unexpected("':' after the key '\(key)'") }
            object.set(key, to: try value())
            guard skip(UInt8(ascii: ",")) || next == UInt8(ascii: "}") else { throw unexpected("',' or '}'") }
        }
        leave()
        return .object(object)
    }

    private mutating func list(until end: UInt8) throws(WireError) -> JSONValue {
        try enter()
        var elements: [JSONValue] = []
        while next != end {
            elements.append(try value())
            guard skip(UInt8(ascii: ",")) || next == end else {
                throw unexpected("',' or '\(Unicode.Scalar(end))'")
            }
        }
        leave()
        return .array(elements)
    }

    private mutating func enter() throws(WireError) {
        guard depth < limits.usableDepth else {
            throw WireError(.depth, "More than \(limits.usableDepth) levels are nested", offset: index)
        }
        depth += 1
        index += 1
    }

    private mutating func leave() {
        depth -= 1
        index += 1
    }

    /// A number, which Python writes as JSON does, or one of the three names.
    private mutating func word() throws(WireError) -> JSONValue {
        let start = index
        while let byte = peek, Self.isOfWords(byte) { index += 1 }
        let word = String(decoding: bytes[start..<index], as: UTF8.self)
        switch word {
        case "True": return true
        case "False": return false
        case "None": return .null
        default:
            if let number = try? JSONReader.read(word, limits: limits), number.double != nil { return number }
            index = start
            throw unexpected("a value")
        }
    }

    private static func isOfWords(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }

    // MARK: - Texts

    private mutating func string() throws(WireError) -> String {
        let quote = bytes[index]
        index += 1
        var text: [UInt8] = []
        while let byte = peek, byte != quote {
            switch byte {
            case UInt8(ascii: "\\"):
                text.append(contentsOf: Array(String(try escape()).utf8))
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                throw unexpected("a text on one line")
            default:
                text.append(byte)
                index += 1
            }
        }
        guard peek == quote else { throw unexpected("the quote at the end of the text") }
        index += 1
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func escape() throws(WireError) -> Unicode.Scalar {
        let start = index
        index += 1
        let kind = peek
        index += 1
        switch kind {
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "'"): return "'"
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "x"): return try scalar(digits: 2, from: start)
        case UInt8(ascii: "u"): return try scalar(digits: 4, from: start)
        case UInt8(ascii: "U"): return try scalar(digits: 8, from: start)
        default:
            index = start
            throw unexpected("an escape that Python's repr writes")
        }
    }

    private mutating func scalar(digits: Int, from start: Int) throws(WireError) -> Unicode.Scalar {
        var code: UInt32 = 0
        for _ in 0..<digits {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw unexpected("\(digits) hexadecimal digits")
            }
            code = code << 4 | UInt32(digit)
            index += 1
        }
        guard let scalar = Unicode.Scalar(code) else {
            throw WireError(.encoding, "An escape names no character", offset: start)
        }
        return scalar
    }

    // MARK: - Bytes

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    /// The next byte that is not white space, which is where reading then stands.
    private var next: UInt8? {
        mutating get {
            while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
            return peek
        }
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        index += 1
        return true
    }

    private func unexpected(_ expected: String) -> WireError {
        let found =
            switch peek {
            case nil: "the text ends"
            case .some(let byte) where (0x21..<0x7F).contains(byte): "'\(Unicode.Scalar(byte))' is there"
            case .some(let byte): "a byte of value \(byte) is there"
            }
        return WireError(.syntax, "Expected \(expected), but \(found)", offset: index)
    }
}
