/// Writes JSON text into a growing buffer: compact, UTF-8, keys in the order in which they are given.
///
/// A writer keeps its buffer over ``removeAll()``, so that the event path allocates nothing for the text. A value
/// that cannot be written (nested too deep, refused by its type) makes ``finish()`` throw; until then writing goes
/// on harmlessly.
///
/// ```swift
/// var writer = JSONWriter()
/// writer.object { $0.field("trialId", 3) }
/// try writer.finish()  // the bytes of {"trialId":3}
/// ```
public struct JSONWriter: Sendable {
    /// What has been written so far.
    public private(set) var bytes: [UInt8] = []
    /// The first thing that could not be written.
    public private(set) var failure: WireError?
    private let limits: WireLimits
    private var needsComma = false
    private var depth = 0

    /// A writer that refuses messages beyond `limits`.
    public init(limits: WireLimits = .standard) {
        self.limits = limits
    }

    /// The written bytes; throws where a value could not be written or the message is too large.
    public func finish() throws(WireError) -> [UInt8] {
        try check()
        return bytes
    }

    /// Throws where a value could not be written or the message is too large.
    public func check() throws(WireError) {
        if let failure { throw failure }
        guard bytes.count <= limits.size else {
            throw WireError(.size, "The message has \(bytes.count) bytes; at most \(limits.size) are allowed")
        }
    }

    /// Forgets what was written and keeps the buffer.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        failure = nil
        needsComma = false
        depth = 0
    }

    /// Forgets what was written, keeps the buffer, and begins a value that will be put into another one, `levels` deep,
    /// with ``writeJSON(_:)``.
    package mutating func removeAll(insideLevels levels: Int) {
        removeAll()
        depth = levels
    }

    /// Says that a value cannot be written, so that ``finish()`` throws `error`. The first refusal counts.
    public mutating func refuse(_ error: WireError) {
        if failure == nil { failure = error }
    }

    // MARK: - Structure

    /// Writes an object whose members `body` writes with ``field(_:_:)-(StaticString,_)``. What would be nested too
    /// deep is refused, and `body` is not called.
    public mutating func object(_ body: (inout JSONWriter) -> Void) {
        guard open(UInt8(ascii: "{")) else { return }
        body(&self)
        close(UInt8(ascii: "}"))
    }

    /// Writes a list whose elements `body` writes one after another. What would be nested too deep is refused, and
    /// `body` is not called.
    public mutating func array(_ body: (inout JSONWriter) -> Void) {
        guard open(UInt8(ascii: "[")) else { return }
        body(&self)
        close(UInt8(ascii: "]"))
    }

    /// Writes one member of an object under a key that the program names. The key must need no escape.
    public mutating func field(_ key: StaticString, _ value: some WireEncodable) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        key.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
        value.encode(to: &self)
    }

    /// Writes one member of an object under any key, as it is.
    public mutating func field(_ key: String, _ value: some WireEncodable) {
        write(key)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
        value.encode(to: &self)
    }

    private mutating func open(_ bracket: UInt8) -> Bool {
        separate()
        guard depth < limits.depth else {
            refuse(WireError(.depth, "More than \(limits.depth) levels are nested"))
            return false
        }
        depth += 1
        bytes.append(bracket)
        needsComma = false
        return true
    }

    private mutating func close(_ bracket: UInt8) {
        depth -= 1
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    // MARK: - Values

    /// Writes `null`.
    public mutating func writeNull() {
        append("null")
    }

    /// Writes a boolean.
    public mutating func write(_ value: Bool) {
        append(value ? "true" : "false")
    }

    /// Writes an integer.
    public mutating func write(_ value: some BinaryInteger) {
        separate()
        guard let small = UInt64(exactly: value.magnitude) else {
            bytes.append(contentsOf: String(value).utf8)
            return
        }
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        let start = bytes.count
        var rest = small
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    /// Writes a number in the fewest digits that read back as the same; NaN and the infinities as `null`.
    public mutating func write(_ value: Double) {
        guard value.isFinite else { return writeNull() }
        separate()
        bytes.append(contentsOf: value.description.utf8)
    }

    /// Writes a number in the digits in which it arrived.
    public mutating func write(_ value: BigNumber) {
        separate()
        bytes.append(contentsOf: value.text.utf8)
    }

    /// Writes text: UTF-8 as it is, control characters, quote and backslash escaped.
    public mutating func write(_ value: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        var value = value
        value.withUTF8 { appendEscaped($0) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes the UTF-8 text that `bytes` hold as one JSON string: the second layer of release 0.9.7
    /// (`protocol/autotrainer.md`, Q1: the payload is a JSON string that holds JSON).
    public mutating func writeString(utf8 text: [UInt8]) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        text.withUnsafeBufferPointer { appendEscaped($0) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes a value that was written as JSON before.
    package mutating func writeJSON(_ json: [UInt8]) {
        separate()
        bytes.append(contentsOf: json)
    }

    private mutating func append(_ word: StaticString) {
        separate()
        word.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    private mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for index in text.indices {
            let byte = text[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            bytes.append(contentsOf: text[start..<index])
            start = index + 1
            bytes.append(UInt8(ascii: "\\"))
            switch byte {
            case 0x08: bytes.append(UInt8(ascii: "b"))
            case 0x09: bytes.append(UInt8(ascii: "t"))
            case 0x0A: bytes.append(UInt8(ascii: "n"))
            case 0x0C: bytes.append(UInt8(ascii: "f"))
            case 0x0D: bytes.append(UInt8(ascii: "r"))
            case 0..<0x20:
                // Lower-case digits: the Python service cannot read capital ones (protocol/autotrainer.md, Q9).
                bytes.append(contentsOf: "u00".utf8)
                for digit in [byte >> 4, byte & 15] {
                    bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
                }
            default: bytes.append(byte)
            }
        }
        bytes.append(contentsOf: text[start...])
    }
}
