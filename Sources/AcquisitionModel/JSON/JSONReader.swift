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

    let bytes: [UInt8]
    var index = 0
    let tolerance: Tolerance
    /// Whether values are made of what is read. Otherwise it is checked in every respect, and what is returned is hollow:
    /// of the right kind and empty.
    private(set) var makesValues = true
    private var depth = 0
    private let depthLimit: Int

    /// The one value that `bytes` hold.
    public static func read(
        _ bytes: [UInt8],
        limits: WireLimits = .standard,
        tolerance: Tolerance = .none
    ) throws(WireError) -> JSONValue {
        try read(bytes, limits: limits, tolerance: tolerance) { reader throws(WireError) in try reader.value() }
    }

    /// The one value that `bytes` hold: `Data`, a slice, an unsafe buffer.
    public static func read(
        _ bytes: some Collection<UInt8>,
        limits: WireLimits = .standard,
        tolerance: Tolerance = .none
    ) throws(WireError) -> JSONValue {
        try read(Array(bytes), limits: limits, tolerance: tolerance)
    }

    /// Throws what ``read(_:limits:tolerance:)`` would throw, and makes no values.
    static func check(
        _ bytes: [UInt8],
        limits: WireLimits = .standard,
        tolerance: Tolerance = .none
    ) throws(WireError) {
        try read(bytes, limits: limits, tolerance: tolerance) { reader throws(WireError) in _ = try reader.skipValue() }
    }

    /// The one value that `text` holds.
    public static func read(
        _ text: String,
        limits: WireLimits = .standard,
        tolerance: Tolerance = .none
    ) throws(WireError) -> JSONValue {
        try read(Array(text.utf8), limits: limits, tolerance: tolerance)
    }

    /// What `body` reads: all that `bytes` hold, but for white space around it.
    @inline(__always)
    static func read<Value>(
        _ bytes: [UInt8],
        limits: WireLimits,
        tolerance: Tolerance = .none,
        _ body: (inout JSONReader) throws(WireError) -> Value
    ) throws(WireError) -> Value {
        guard bytes.count <= limits.size else {
            throw WireError(.size, "The message has \(bytes.count) bytes; at most \(limits.size) are allowed")
        }
        var reader = JSONReader(bytes: bytes, limits: limits, tolerance: tolerance)
        reader.skipWhiteSpace()
        let value = try body(&reader)
        reader.skipWhiteSpace()
        guard reader.index == bytes.count else { throw reader.unexpected("the end of the message") }
        return value
    }

    private init(bytes: [UInt8], limits: WireLimits, tolerance: Tolerance) {
        self.bytes = bytes
        depthLimit = limits.usableDepth
        self.tolerance = tolerance
    }

    // MARK: - Values

    mutating func value() throws(WireError) -> JSONValue {
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

    /// Checks the next value, and makes none; what is returned is of its kind and empty.
    mutating func skipValue() throws(WireError) -> JSONValue {
        guard makesValues else { return try value() }
        makesValues = false
        defer { makesValues = true }
        return try value()
    }

    private mutating func object() throws(WireError) -> JSONValue {
        var object = JSONObject()
        try forEachMember { (reader: inout JSONReader, key: String) throws(WireError) in
            let value = try reader.value()
            if reader.makesValues { object.set(key, to: value) }
        }
        return .object(object)
    }

    /// Reads an object, of which `member` reads the values, each under its key (empty where no values are made).
    @inline(__always)
    mutating func forEachMember(
        _ member: (_ reader: inout JSONReader, _ key: String) throws(WireError) -> Void
    ) throws(WireError) {
        try enter()
        skipWhiteSpace()
        if skip(UInt8(ascii: "}")) { return leave() }
        repeat {
            let start = index
            let key = try keyAndColon()
            do {
                try member(&self, key)
            } catch {
                throw error.inside(makesValues ? key : self.key(at: start))
            }
        } while try goesOn(until: UInt8(ascii: "}"), "',' or '}'")
        leave()
    }

    /// Reads a key and the colon behind it, up to the value.
    private mutating func keyAndColon() throws(WireError) -> String {
        guard peek == UInt8(ascii: "\"") else { throw unexpected("a key in double quotes") }
        let start = index
        let key = try string()
        skipWhiteSpace()
        guard skip(UInt8(ascii: ":")) else {
            throw unexpected("':' after the key '\(makesValues ? key : self.key(at: start))'")
        }
        skipWhiteSpace()
        return key
    }

    /// Reads what stands between two values, or the bracket behind the last one: then false.
    private mutating func goesOn(until bracket: UInt8, _ expected: StaticString) throws(WireError) -> Bool {
        skipWhiteSpace()
        if skip(bracket) { return false }
        guard skip(UInt8(ascii: ",")) else { throw unexpected("\(expected)") }
        skipWhiteSpace()
        return true
    }

    /// The key that stands there and was found to be one.
    private func key(at start: Int) -> String {
        var reader = self
        reader.index = start
        reader.makesValues = true
        return (try? reader.string()) ?? ""
    }

    private mutating func array() throws(WireError) -> JSONValue {
        try enter()
        var elements: [JSONValue] = []
        var count = 0
        skipWhiteSpace()
        if skip(UInt8(ascii: "]")) {
            leave()
            return .array(elements)
        }
        repeat {
            do {
                let element = try value()
                if makesValues { elements.append(element) }
            } catch {
                throw error.inside("[\(count)]")
            }
            count += 1
        } while try goesOn(until: UInt8(ascii: "]"), "',' or ']'")
        leave()
        return .array(elements.withoutSlack)
    }

    private mutating func enter() throws(WireError) {
        guard depth < depthLimit else {
            throw WireError(.depth, "More than \(depthLimit) levels are nested", offset: index)
        }
        depth += 1
        index += 1
    }

    private mutating func leave() { depth -= 1 }

    // MARK: - Bytes

    var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        index += 1
        return true
    }

    mutating func skip(_ word: StaticString) -> Bool {
        let end = index + word.utf8CodeUnitCount
        guard end <= bytes.count, word.withUTF8Buffer({ bytes[index..<end].elementsEqual($0) }) else { return false }
        index = end
        return true
    }

    private mutating func skipWhiteSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    func unexpected(_ expected: String) -> WireError {
        let found =
            switch peek {
            case nil: "the message ends"
            case .some(let byte) where (0x21..<0x7F).contains(byte): "'\(Unicode.Scalar(byte))' is there"
            case .some(let byte): "a byte of value \(byte) is there"
            }
        return WireError(.syntax, "Expected \(expected), but \(found)", offset: index)
    }
}

extension Array {
    /// The same elements without the room for more of them that growing leaves, up to as much again; where it is little,
    /// it stays.
    fileprivate var withoutSlack: Self {
        let slack = capacity - count
        guard slack * MemoryLayout<Element>.stride >= 1024, slack >= count / 8 else { return self }
        return withUnsafeBufferPointer { Self($0) }
    }
}
