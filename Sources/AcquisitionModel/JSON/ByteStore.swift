/// The growing buffer of a ``JSONWriter``: the hot path of every event.
///
/// Memory of its own instead of an array, whose every access would ask whether it is shared: that is why it cannot be
/// copied, and why each piece costs one check for room and one copy.
// `@unchecked`: the memory belongs to this value alone, which nobody can copy; whoever has the value has the memory.
struct ByteStore: ~Copyable, @unchecked Sendable {
    /// How many bytes are in use.
    private(set) var count = 0
    private var capacity: Int
    private var base: UnsafeMutablePointer<UInt8>

    init(capacity: Int = 512) {
        self.capacity = capacity
        base = .allocate(capacity: capacity)
    }

    deinit { base.deallocate() }

    /// What is in use, where it stands: only until more is appended.
    var lentBytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    mutating func removeAll() { count = 0 }

    /// One byte.
    @inline(__always)
    mutating func append(_ byte: UInt8) {
        let target = room(for: 1)
        target[0] = byte
        count += 1
    }

    /// A word that the program names.
    mutating func append(_ word: StaticString) {
        word.withUTF8Buffer { append(UnsafeRawBufferPointer($0)) }
    }

    /// Text that needs no escape.
    mutating func append(text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    /// A key with its quotes, the colon behind it, and the comma before it where there is one.
    mutating func append(key: StaticString, afterComma: Bool) {
        key.withUTF8Buffer { key in
            var target = room(for: key.count + 4)
            if afterComma {
                target[0] = UInt8(ascii: ",")
                target += 1
            }
            target[0] = UInt8(ascii: "\"")
            Self.copy(UnsafeRawBufferPointer(key), to: target + 1)
            target[key.count + 1] = UInt8(ascii: "\"")
            target[key.count + 2] = UInt8(ascii: ":")
            count += key.count + (afterComma ? 4 : 3)
        }
    }

    /// A number in decimal digits.
    mutating func append(decimal value: UInt64) {
        count += DecimalDigits.write(value, to: room(for: DecimalDigits.mostDigits))
    }

    /// 19 digits that stand for a number that is known later.
    mutating func appendNines() {
        let target = UnsafeMutableRawPointer(room(for: Self.laterDigits))
        let nines: UInt64 = 0x3939_3939_3939_3939
        target.storeBytes(of: nines, as: UInt64.self)
        target.storeBytes(of: nines, toByteOffset: 8, as: UInt64.self)
        // Overlaps the one before.
        target.storeBytes(of: nines, toByteOffset: Self.laterDigits - 8, as: UInt64.self)
        count += Self.laterDigits
    }

    /// Writes a number of 19 digits over what ``appendNines()`` left at `offset`.
    mutating func replace(at offset: Int, withDecimal value: UInt64) {
        guard offset >= 0, offset + Self.laterDigits <= count else { return }
        DecimalDigits.write(value, digits: Self.laterDigits, to: base + offset)
    }

    private static let laterDigits = 19

    /// A number in as few digits as read back as the same.
    mutating func append(_ value: Double) {
        let written = DecimalDigits.write(value, to: room(for: DecimalDigits.mostDigits + 4))
        if written == 0 { append(text: value.description) } else { count += written }
    }

    /// Text in quotes, with what JSON does not allow in text escaped.
    mutating func append(quoted text: String) {
        // Where it stands: every text but one that came from Foundation on macOS.
        if text.utf8.withContiguousStorageIfAvailable({ append(quoted: UnsafeRawBufferPointer($0)) }) == nil {
            var copy = text
            copy.withUTF8 { append(quoted: UnsafeRawBufferPointer($0)) }
        }
    }

    /// Text in quotes, with what JSON does not allow in text escaped.
    mutating func append(quoted text: UnsafeRawBufferPointer) {
        if JSONEscape.first(in: text, from: 0) == text.count {
            let target = room(for: text.count + 2)
            target[0] = UInt8(ascii: "\"")
            Self.copy(text, to: target + 1)
            target[text.count + 1] = UInt8(ascii: "\"")
            count += text.count + 2
            return
        }
        append(UInt8(ascii: "\""))
        var start = 0
        while true {
            let end = JSONEscape.first(in: text, from: start)
            append(UnsafeRawBufferPointer(rebasing: text[start..<end]))
            guard end < text.count else { break }
            JSONEscape.write(text[end], to: &self)
            start = end + 1
        }
        append(UInt8(ascii: "\""))
    }

    /// Bytes as they are.
    mutating func append(_ source: UnsafeRawBufferPointer) {
        Self.copy(source, to: room(for: source.count))
        count += source.count
    }

    /// Where the next bytes go, with room for `more` of them.
    @inline(__always)
    private mutating func room(for more: Int) -> UnsafeMutablePointer<UInt8> {
        if capacity - count < more { grow(for: more) }
        return base + count
    }

    @inline(never)
    private mutating func grow(for more: Int) {
        let larger = max(capacity * 2, count + more)
        let new = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        new.update(from: base, count: count)
        base.deallocate()
        (base, capacity) = (new, larger)
    }

    /// Copies in two overlapping words where that is enough, as it is for most keys: cheaper than a call.
    @inline(__always)
    private static func copy(_ source: UnsafeRawBufferPointer, to target: UnsafeMutablePointer<UInt8>) {
        let raw = UnsafeMutableRawPointer(target)
        guard source.count >= 8, source.count <= 16 else {
            return UnsafeMutableRawBufferPointer(start: raw, count: source.count).copyMemory(from: source)
        }
        let end = source.count - 8
        let tail = source.loadUnaligned(fromByteOffset: end, as: UInt64.self)
        raw.storeBytes(of: source.loadUnaligned(as: UInt64.self), as: UInt64.self)
        raw.storeBytes(of: tail, toByteOffset: end, as: UInt64.self)
    }
}
