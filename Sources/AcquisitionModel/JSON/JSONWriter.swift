/// Writes JSON text into a growing buffer: compact, UTF-8, keys in the order in which they are given.
///
/// A writer keeps its buffer over ``removeAll()``, so that the event path allocates nothing for the text. A value
/// that cannot be written (nested too deep, refused by its type) makes ``finish()`` throw; until then writing goes
/// on harmlessly.
///
/// ```swift
/// var writer = JSONWriter()
/// writer.object { $0.field("trialId", 3) }
/// print(try writer.finish())  // the bytes of {"trialId":3}
/// ```
public struct JSONWriter: ~Copyable, Sendable {
    /// The first thing that could not be written.
    public private(set) var failure: WireError?
    /// How many values have been written as `null` that may stand where a number is expected: NaN, the infinities, and the
    /// `null` of free JSON. A payload's optional field that is missing is none.
    package private(set) var nullCount = 0
    private let limits: WireLimits
    private var storage = ByteStore()
    private var needsComma = false
    private var depth = 0

    /// A writer that refuses messages beyond `limits`.
    public init(limits: WireLimits = .standard) {
        self.limits = limits
    }

    /// What has been written so far, copied.
    public var bytes: [UInt8] { Array(storage.lentBytes) }

    /// How many bytes have been written so far.
    public var count: Int { storage.count }

    /// What has been written so far, where it stands: only until the writer is used again.
    package var lentBytes: UnsafeRawBufferPointer { storage.lentBytes }

    /// Lends what has been written so far, without copying it.
    public func withBytes<Value, Failure>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try body(storage.lentBytes)
    }

    /// The written bytes; throws where a value could not be written or the message is too large.
    public func finish() throws(WireError) -> [UInt8] {
        try check()
        return bytes
    }

    /// Throws where a value could not be written or the message is too large.
    public func check() throws(WireError) {
        if let failure { throw failure }
        guard count <= limits.size else {
            throw WireError(.size, "The message has \(count) bytes; at most \(limits.size) are allowed")
        }
    }

    /// Forgets what was written and keeps the buffer.
    public mutating func removeAll() {
        storage.removeAll()
        failure = nil
        nullCount = 0
        needsComma = false
        depth = 0
    }

    /// Says that a value cannot be written, so that ``finish()`` throws `error`. The first refusal counts.
    public mutating func refuse(_ error: WireError) {
        if failure == nil { failure = error }
    }

    // MARK: - Structure

    /// Writes an object whose members `body` writes with ``field(_:_:)``. What would be nested too
    /// deep is refused, and `body` is not called.
    @inline(__always)
    public mutating func object(_ body: (inout JSONWriter) -> Void) {
        guard open(UInt8(ascii: "{")) else { return }
        body(&self)
        close(UInt8(ascii: "}"))
    }

    /// Writes a list whose elements `body` writes one after another. What would be nested too deep is refused, and
    /// `body` is not called.
    @inline(__always)
    public mutating func array(_ body: (inout JSONWriter) -> Void) {
        guard open(UInt8(ascii: "[")) else { return }
        body(&self)
        close(UInt8(ascii: "]"))
    }

    /// Writes one member of an object under a key that the program names. The key must need no escape.
    public mutating func field(_ key: StaticString, _ value: some WireEncodable) {
        storage.append(key: key, afterComma: needsComma)
        needsComma = false
        value.encode(to: &self)
    }

    /// Writes one member of an object whose value `body` writes, one value and no more.
    mutating func field(_ key: StaticString, by body: (inout JSONWriter) -> Void) {
        storage.append(key: key, afterComma: needsComma)
        needsComma = false
        body(&self)
    }

    // A name of its own: a literal would otherwise be taken for a String, and every field for one of these.
    /// Writes one member of an object under a key that is known only when the program runs, as it is.
    public mutating func field(named key: String, _ value: some WireEncodable) {
        write(key)
        storage.append(UInt8(ascii: ":"))
        needsComma = false
        value.encode(to: &self)
    }

    private mutating func open(_ bracket: UInt8) -> Bool {
        separate()
        guard depth < limits.usableDepth else {
            refuse(WireError(.depth, "More than \(limits.usableDepth) levels are nested"))
            return false
        }
        depth += 1
        storage.append(bracket)
        needsComma = false
        return true
    }

    private mutating func close(_ bracket: UInt8) {
        depth -= 1
        storage.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { storage.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    // MARK: - Values

    /// Writes `null`.
    public mutating func writeNull() {
        separate()
        storage.append("null")
    }

    /// Writes `null` where a number may be expected; see ``nullCount``.
    mutating func writeFreeNull() {
        nullCount += 1
        writeNull()
    }

    /// Writes a boolean.
    public mutating func write(_ value: Bool) {
        separate()
        storage.append(value ? "true" : "false")
    }

    /// Writes an integer.
    public mutating func write(_ value: Int64) {
        separate()
        if value < 0 { storage.append(UInt8(ascii: "-")) }
        storage.append(decimal: value.magnitude)
    }

    /// Leaves room for a number that is known later, and says where: see ``fill(_:at:)``.
    package mutating func writeRoomForNumber() -> Int {
        separate()
        let offset = storage.count
        storage.appendNines()
        return offset
    }

    /// Writes a number into the room that ``writeRoomForNumber()`` left. It has 19 digits, as every positive number from
    /// ``smallestLater`` on.
    package mutating func fill(_ number: Int, at offset: Int) {
        storage.replace(at: offset, withDecimal: UInt64(max(number, Self.smallestLater)))
    }

    /// The smallest number that can be filled in: of 19 digits, as the largest one that an `Int` holds.
    package static let smallestLater = 1_000_000_000_000_000_000

    /// Writes an integer of any type.
    public mutating func write(_ value: some BinaryInteger) {
        if let value = Int64(exactly: value) {
            write(value)
        } else {
            separate()
            storage.append(text: String(value))
        }
    }

    /// Writes a number in the fewest digits that read back as the same; NaN and the infinities as `null`.
    public mutating func write(_ value: Double) {
        guard value.isFinite else { return writeFreeNull() }
        separate()
        storage.append(value)
    }

    /// Writes a number in the digits in which it arrived.
    public mutating func write(_ value: BigNumber) {
        separate()
        storage.append(text: value.text)
    }

    /// Writes text: UTF-8 as it is, control characters, quote and backslash escaped.
    public mutating func write(_ value: String) {
        separate()
        storage.append(quoted: value)
    }

    /// Writes what `other` holds as one JSON string: the second layer of release 0.9.7 (`protocol/autotrainer.md`, Q1:
    /// the payload is a JSON string that holds JSON).
    mutating func writeString(holding other: borrowing JSONWriter) {
        separate()
        storage.append(quoted: other.storage.lentBytes)
    }
}
