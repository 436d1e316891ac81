/// The growing buffer of a ``JSONWriter``: the hot path of every event.
///
/// The array is kept at its full size and only ``count`` moves, so that each piece costs one check for room and one copy.
struct ByteStore {
    /// How many bytes are in use.
    private(set) var count = 0
    private var bytes = [UInt8](repeating: 0, count: 512)

    func withBytes<Value, Failure>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try bytes.withUnsafeBufferPointer { buffer throws(Failure) in
            try body(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: buffer[..<count])))
        }
    }

    mutating func removeAll() { count = 0 }

    /// One byte.
    mutating func append(_ byte: UInt8) {
        fill(1) { $0[0] = byte }
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
        let comma = afterComma ? 1 : 0
        key.withUTF8Buffer { key in
            fill(key.count + 3 + comma) { target in
                target[0] = UInt8(ascii: ",")
                target[comma] = UInt8(ascii: "\"")
                Self.copy(UnsafeRawBufferPointer(key), to: target, at: comma + 1)
                target[comma + 1 + key.count] = UInt8(ascii: "\"")
                target[comma + 2 + key.count] = UInt8(ascii: ":")
            }
        }
    }

    /// A number in decimal digits.
    mutating func append(decimal value: UInt64) {
        var digits = 1
        var limit: UInt64 = 10
        while value >= limit {
            digits += 1
            let (next, overflow) = limit.multipliedReportingOverflow(by: 10)
            if overflow { break }
            limit = next
        }
        fill(digits) { target in
            var rest = value
            var position = digits
            while position > 1 {
                let pair = UInt8(truncatingIfNeeded: rest % 100)
                rest /= 100
                position -= 2
                target[position] = UInt8(ascii: "0") + pair / 10
                target[position + 1] = UInt8(ascii: "0") + pair % 10
            }
            if position == 1 { target[0] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest) }
        }
    }

    /// Text in quotes, with what JSON does not allow in text escaped.
    mutating func append(quoted text: UnsafeRawBufferPointer) {
        if JSONEscape.first(in: text, from: 0) == text.count {
            return fill(text.count + 2) { target in
                target[0] = UInt8(ascii: "\"")
                Self.copy(text, to: target, at: 1)
                target[text.count + 1] = UInt8(ascii: "\"")
            }
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
        fill(source.count) { Self.copy(source, to: $0, at: 0) }
    }

    private static func copy(
        _ source: UnsafeRawBufferPointer,
        to target: UnsafeMutableBufferPointer<UInt8>,
        at position: Int
    ) {
        UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: target[position...])).copyMemory(
            from: source
        )
    }

    /// Lets `body` write exactly `room` more bytes.
    @inline(__always)
    private mutating func fill(_ room: Int, _ body: (UnsafeMutableBufferPointer<UInt8>) -> Void) {
        if bytes.count - count < room {
            bytes.append(contentsOf: repeatElement(0, count: max(room, bytes.count)))
        }
        bytes.withUnsafeMutableBufferPointer { buffer in
            body(UnsafeMutableBufferPointer(rebasing: buffer[count..<(count + room)]))
        }
        count += room
    }
}
