/// Reads JSON text (RFC 8259) into a ``JSONValue``: strict, bounded, and exact about integers.
///
/// Every refusal is a ``WireError`` that names the rule and the place. Of duplicate keys the last value counts, at
/// the place of the first.
public struct JSONReader {
    /// What is understood beyond RFC 8259.
    public enum Tolerance: Sendable {
        /// Nothing: for what reaches a service.
        case none
        /// What old releases of the Python package publish: the literals `NaN`, `Infinity` and `-Infinity`
        /// (`protocol/autotrainer.md`, Q7) and escapes of half a surrogate pair, read as U+FFFD. For clients.
        case oldReleases
    }

    private let bytes: [UInt8]
    private var index = 0
    private var depth = 0
    private let limits: WireLimits
    private let tolerance: Tolerance

    /// The one value that `bytes` hold.
    public static func read(
        _ bytes: [UInt8],
        limits: WireLimits = .standard,
        tolerance: Tolerance = .none
    ) throws(WireError) -> JSONValue {
        guard bytes.count <= limits.size else {
            throw WireError(.size, "The message has \(bytes.count) bytes; at most \(limits.size) are allowed")
        }
        var reader = JSONReader(bytes: bytes, limits: limits, tolerance: tolerance)
        reader.skipWhiteSpace()
        let value = try reader.value()
        reader.skipWhiteSpace()
        guard reader.index == bytes.count else { throw reader.unexpected("the end of the message") }
        return value
    }

    /// The one value that `text` holds.
    public static func read(
        _ text: String,
        limits: WireLimits = .standard,
        tolerance: Tolerance = .none
    ) throws(WireError) -> JSONValue {
        try read(Array(text.utf8), limits: limits, tolerance: tolerance)
    }

    private init(bytes: [UInt8], limits: WireLimits, tolerance: Tolerance) {
        self.bytes = bytes
        self.limits = limits
        self.tolerance = tolerance
    }

    // MARK: - Values

    private mutating func value() throws(WireError) -> JSONValue {
        switch peek {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t") where skip("true"): return .bool(true)
        case UInt8(ascii: "f") where skip("false"): return .bool(false)
        case UInt8(ascii: "n") where skip("null"): return .null
        case .some(let byte) where byte == UInt8(ascii: "-") || Self.isDigit(byte): return try number()
        case UInt8(ascii: "N") where tolerance == .oldReleases && skip("NaN"): return .number(.nan)
        case UInt8(ascii: "I") where tolerance == .oldReleases && skip("Infinity"): return .number(.infinity)
        default: throw unexpected("a value")
        }
    }

    private mutating func object() throws(WireError) -> JSONValue {
        try enter()
        var object = JSONObject()
        skipWhiteSpace()
        if skip(UInt8(ascii: "}")) { return leave(.object(object)) }
        while true {
            guard peek == UInt8(ascii: "\"") else { throw unexpected("a key in double quotes") }
            let key = try string()
            skipWhiteSpace()
            guard skip(UInt8(ascii: ":")) else { throw unexpected("':' after the key '\(key)'") }
            skipWhiteSpace()
            do {
                object.set(key, to: try value())
            } catch {
                throw error.inside(key)
            }
            skipWhiteSpace()
            if skip(UInt8(ascii: "}")) { return leave(.object(object)) }
            guard skip(UInt8(ascii: ",")) else { throw unexpected("',' or '}'") }
            skipWhiteSpace()
        }
    }

    private mutating func array() throws(WireError) -> JSONValue {
        try enter()
        var elements: [JSONValue] = []
        skipWhiteSpace()
        if skip(UInt8(ascii: "]")) { return leave(.array(elements)) }
        while true {
            do {
                elements.append(try value())
            } catch {
                throw error.inside("[\(elements.count)]")
            }
            skipWhiteSpace()
            if skip(UInt8(ascii: "]")) { return leave(.array(elements)) }
            guard skip(UInt8(ascii: ",")) else { throw unexpected("',' or ']'") }
            skipWhiteSpace()
        }
    }

    private mutating func enter() throws(WireError) {
        guard depth < limits.depth else {
            throw WireError(.depth, "More than \(limits.depth) levels are nested", offset: index)
        }
        depth += 1
        index += 1
    }

    private mutating func leave(_ value: JSONValue) -> JSONValue {
        depth -= 1
        return value
    }

    // MARK: - Numbers

    private mutating func number() throws(WireError) -> JSONValue {
        let start = index
        _ = skip(UInt8(ascii: "-"))
        if tolerance == .oldReleases, skip("Infinity") { return .number(-.infinity) }
        if skip(UInt8(ascii: "0")) {
            if let peek, Self.isDigit(peek) { throw unexpected("a number without leading zeros") }
        } else {
            try digits()
        }
        var isInteger = true
        if skip(UInt8(ascii: ".")) {
            isInteger = false
            try digits()
        }
        if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
            isInteger = false
            if !skip(UInt8(ascii: "+")) { _ = skip(UInt8(ascii: "-")) }
            try digits()
        }
        let text = bytes[start..<index]
        if isInteger, let integer = Self.integer(text) { return .integer(integer) }
        let digits = String(decoding: text, as: UTF8.self)
        if !isInteger, let number = Double(digits), number.isFinite { return .number(number) }
        return .bigNumber(BigNumber(verified: digits))
    }

    private mutating func digits() throws(WireError) {
        guard let first = peek, Self.isDigit(first) else { throw unexpected("a digit") }
        while let next = peek, Self.isDigit(next) { index += 1 }
    }

    private static func integer(_ text: ArraySlice<UInt8>) -> Int64? {
        let isNegative = text.first == UInt8(ascii: "-")
        var result: Int64 = 0
        for byte in isNegative ? text.dropFirst() : text {
            let digit = Int64(byte - UInt8(ascii: "0"))
            let (product, overflowed) = result.multipliedReportingOverflow(by: 10)
            let (sum, overflowedToo) =
                isNegative
                ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            if overflowed || overflowedToo { return nil }
            result = sum
        }
        return result
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    // MARK: - Text

    private mutating func string() throws(WireError) -> String {
        index += 1
        var result = ""
        var start = index
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                let last = try utf8(from: start)
                index += 1
                return result.isEmpty ? last : result + last
            case UInt8(ascii: "\\"):
                result += try utf8(from: start)
                result.unicodeScalars.append(try escape())
                start = index
            case 0..<0x20:
                throw unexpected("text without control characters (escape them)")
            default:
                index += 1
            }
        }
        throw unexpected("'\"' at the end of the text")
    }

    private func utf8(from start: Int) throws(WireError) -> String {
        guard let text = String(validating: bytes[start..<index], as: UTF8.self) else {
            throw WireError(.encoding, "The text is not UTF-8", offset: start + Self.validPrefix(bytes[start..<index]))
        }
        return text
    }

    /// How many of the bytes at the beginning are UTF-8.
    private static func validPrefix(_ bytes: ArraySlice<UInt8>) -> Int {
        var parser = Unicode.UTF8.ForwardParser()
        var rest = bytes.makeIterator()
        var count = 0
        while case .valid(let scalar) = parser.parseScalar(from: &rest) { count += scalar.count }
        return count
    }

    private mutating func escape() throws(WireError) -> Unicode.Scalar {
        let start = index
        index += 1
        let escape = peek
        index += 1
        switch escape {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape(from: start)
        default:
            index = start
            throw unexpected("an escape that JSON knows")
        }
    }

    private mutating func unicodeEscape(from start: Int) throws(WireError) -> Unicode.Scalar {
        let unit = try hexDigits()
        if let scalar = Unicode.Scalar(UInt32(unit)) { return scalar }
        let afterFirst = index
        if UTF16.isLeadSurrogate(unit), skip("\\u") {
            let second = try hexDigits()
            if UTF16.isTrailSurrogate(second) {
                return UTF16.decode(UTF16.EncodedScalar([unit, second]))
            }
        }
        index = afterFirst
        if tolerance == .oldReleases { return "\u{FFFD}" }
        throw WireError(.encoding, "An escape names half a surrogate pair", offset: start)
    }

    private mutating func hexDigits() throws(WireError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw unexpected("four hexadecimal digits")
            }
            unit = unit << 4 | UInt16(digit)
            index += 1
        }
        return unit
    }

    // MARK: - Bytes

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        index += 1
        return true
    }

    private mutating func skip(_ word: StaticString) -> Bool {
        let end = index + word.utf8CodeUnitCount
        guard end <= bytes.count, word.withUTF8Buffer({ bytes[index..<end].elementsEqual($0) }) else { return false }
        index = end
        return true
    }

    private mutating func skipWhiteSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    private func unexpected(_ expected: String) -> WireError {
        let found =
            switch peek {
            case nil: "the message ends"
            case .some(let byte) where (0x21..<0x7F).contains(byte): "'\(Unicode.Scalar(byte))' is there"
            case .some(let byte): "a byte of value \(byte) is there"
            }
        return WireError(.syntax, "Expected \(expected), but \(found)", offset: index)
    }
}
