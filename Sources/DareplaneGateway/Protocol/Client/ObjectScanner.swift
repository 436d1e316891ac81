/// Finds the end of an object, of JSON or of Python: its last closing brace, whatever stands in the texts within.
struct ObjectScanner: Sendable {
    private var depth = 0
    private var quote: UInt8?
    private var isEscaped = false

    /// Takes the next byte, the first of which is `{`; true with the last one.
    mutating func take(_ byte: UInt8) -> Bool {
        if isEscaped {
            isEscaped = false
        } else if let open = quote {
            if byte == UInt8(ascii: "\\") { isEscaped = true } else if byte == open { quote = nil }
        } else {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "'"): quote = byte
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}"): depth -= 1
            default: break
            }
        }
        return depth == 0
    }
}
