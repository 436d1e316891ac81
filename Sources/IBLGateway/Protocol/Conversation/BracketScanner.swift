/// Finds where the first list of a text closes, and goes on where it stopped when there is more text.
struct BracketScanner: Sendable {
    enum Result: Sendable, Hashable {
        /// The text does not begin with a list.
        case notAList
        /// The list has not closed yet.
        case open
        /// The list closes after so many bytes.
        case closed(Int)
    }

    private var length = 0
    private var depth = 0
    private var isInText = false
    private var isEscaped = false

    /// Looks at the bytes that are new since the last time.
    mutating func scan(_ bytes: ArraySlice<UInt8>) -> Result {
        for byte in bytes.dropFirst(length) {
            length += 1
            if isEscaped {
                isEscaped = false
            } else if isInText {
                if byte == UInt8(ascii: "\\") { isEscaped = true }
                if byte == UInt8(ascii: "\"") { isInText = false }
            } else if depth == 0 {
                if byte == UInt8(ascii: "[") { depth = 1 } else if !Self.isBlank(byte) { return .notAList }
            } else {
                switch byte {
                case UInt8(ascii: "\""): isInText = true
                case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
                case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
                default: break
                }
                if depth == 0 { return .closed(length) }
            }
        }
        // Blanks alone are no beginning of a list.
        return depth == 0 ? .notAList : .open
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }
}
