/// Finds the end of an object, a list or a text, of JSON or of Python: the last thing that closes it, whatever stands in
/// the texts within.
struct ObjectScanner: Sendable {
    private var depth = 0
    private var isList: Bool?
    private var quote: UInt8?
    private var isEscaped = false

    /// Takes the next byte, the first of which is `{`, `[` or a quotation mark; true with the last one.
    mutating func take(_ byte: UInt8) -> Bool {
        let isList = self.isList ?? (byte == UInt8(ascii: "["))
        self.isList = isList
        if isEscaped {
            isEscaped = false
        } else if let open = quote {
            if byte == UInt8(ascii: "\\") { isEscaped = true } else if byte == open { quote = nil }
        } else {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "'"): quote = byte
            case UInt8(ascii: "{") where !isList, UInt8(ascii: "[") where isList: depth += 1
            case UInt8(ascii: "}") where !isList, UInt8(ascii: "]") where isList: depth -= 1
            default: break
            }
        }
        return depth == 0 && quote == nil
    }
}
