/// The mark that some editors, on Windows above all, put at the beginning of a text file. It belongs to no content: whoever
/// reads a file that a person may have written leaves it out. (What comes over the network has none: RFC 8259, 8.1.)
package enum ByteOrderMark {
    private static let utf8: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// How many bytes of the mark of UTF-8 stand at the beginning: 3, or none.
    package static func length(in bytes: some Collection<UInt8>) -> Int {
        bytes.starts(with: utf8) ? utf8.count : 0
    }

    /// The bytes without the mark.
    package static func dropped(from bytes: [UInt8]) -> [UInt8] {
        length(in: bytes) == 0 ? bytes : Array(bytes.dropFirst(utf8.count))
    }

    /// The text without the mark.
    package static func dropped(from text: String) -> String {
        text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    }

    /// Whether the bytes begin as text in UTF-16 does.
    package static func isUTF16(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
    }
}
