/// What has to be escaped in JSON's texts: control characters, the quote and the backslash.
enum JSONEscape {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// The position of the first byte from `start` on that has to be escaped; the end where there is none.
    static func first(in text: UnsafeRawBufferPointer, from start: Int) -> Int {
        var index = start
        while index < text.count {
            if index + 8 <= text.count, !mayNeedEscape(text.loadUnaligned(fromByteOffset: index, as: UInt64.self)) {
                index += 8
            } else if needsEscape(text[index]) {
                break
            } else {
                index += 1
            }
        }
        return index
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    /// Whether one of eight bytes may have to be escaped, seen at once; never false where one has to.
    private static func mayNeedEscape(_ word: UInt64) -> Bool {
        let control = word &- ones &* 0x20
        let quote = (word ^ (ones &* UInt64(UInt8(ascii: "\"")))) &- ones
        let backslash = (word ^ (ones &* UInt64(UInt8(ascii: "\\")))) &- ones
        return (control | quote | backslash) & ~word & highs != 0
    }

    /// Writes the escape of `byte`.
    static func write(_ byte: UInt8, to store: inout ByteStore) {
        switch byte {
        case 0x08: store.append("\\b")
        case 0x09: store.append("\\t")
        case 0x0A: store.append("\\n")
        case 0x0C: store.append("\\f")
        case 0x0D: store.append("\\r")
        case UInt8(ascii: "\""): store.append("\\\"")
        case UInt8(ascii: "\\"): store.append("\\\\")
        default:
            // Lower-case digits: the Python service cannot read capital ones (protocol/autotrainer.md, Q9).
            store.append("\\u00")
            for digit in [byte >> 4, byte & 15] {
                store.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        }
    }
}
