/// Text that a peer chose, made harmless for logs and terminals: what could end a line, move the cursor, or turn the order of
/// the characters round is shown as an escape. Making text safe twice changes nothing.
package enum SafeText {
    /// How many characters of a peer's text a line shows where nothing else is said.
    package static let maximumLength = 200

    /// A value as JSON text, which escapes few of the characters that a terminal obeys.
    package static func of(_ value: JSONValue) -> String { of(value.description) }

    /// The text with escapes: `\n`, `\u{1b}`.
    package static func of(_ text: String) -> String { escaped(text, .max) }

    /// The text with escapes, at most `length` characters (Unicode scalars) long; ends with `…` where it was longer.
    package static func clipped(_ text: String, to length: Int = maximumLength) -> String {
        escaped(text, max(1, length))
    }

    private static func escaped(_ text: String, _ length: Int) -> String {
        // Nearly always.
        if text.utf8.count <= length, text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
        var result = String.UnicodeScalarView()
        var count = 0
        for scalar in text.unicodeScalars {
            if isUnsafe(scalar) {
                let escape = escape(scalar)
                result.append(contentsOf: escape.unicodeScalars)
                count += escape.utf8.count
            } else {
                result.append(scalar)
                count += 1
            }
            guard count > length else { continue }
            result.removeLast(count - (length - 1))
            result.append("…")
            break
        }
        return String(result)
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": "\\n"
        case "\t": "\\t"
        case "\r": "\\r"
        default: "\\u{\(String(scalar.value, radix: 16))}"
        }
    }

    /// Whether the character does something else than be seen: control characters, the ends of lines and paragraphs, and
    /// what Unicode calls format characters, those that turn the direction of writing among them.
    package static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x7F { return scalar.value < 0x20 }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
