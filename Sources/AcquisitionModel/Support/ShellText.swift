/// Text for a shell: what is shown to be copied into one means there what it says.
package enum ShellText {
    /// One word of a command line, in quotes where a shell would read it otherwise.
    package static func quoted(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            && word.unicodeScalars.allSatisfy { scalar in
                switch scalar {
                case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", "/", ":", "=", "@", "%", "+", ",": true
                default: false
                }
            }
        guard !isPlain else { return word }
        guard word.unicodeScalars.contains(where: SafeText.isUnsafe) else {
            return "'" + word.replacing("'", with: "'\\''") + "'"
        }
        // A control character would act on the terminal that shows it: bash and zsh read it as an escape.
        var text = "$'"
        for byte in word.utf8 {
            switch byte {
            case UInt8(ascii: "'"), UInt8(ascii: "\\"): text += "\\" + String(UnicodeScalar(byte))
            case 0x20..<0x7F: text += String(UnicodeScalar(byte))
            default: text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return text + "'"
    }

    /// A command line of these words.
    package static func command(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }
}
