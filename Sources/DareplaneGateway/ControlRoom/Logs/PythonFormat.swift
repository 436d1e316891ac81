import AcquisitionModel

/// Puts arguments into a text as Python's `%` does, for what log records need.
enum PythonFormat {
    /// The text with its arguments: `%s`, `%r`, `%d`, `%f`, `%.2f`, `%(name)s` and the like; widths are not kept. Where the
    /// arguments do not fit, both stand there as they are: that is better than no line.
    static func fill(_ format: String, _ arguments: JSONValue) -> String {
        var values: [JSONValue]
        switch arguments {
        case .null: return format
        case .array(let elements): values = elements
        case .string(let text):
            // What JSON cannot hold comes as the text of a tuple.
            let tuple = try? DareplaneText.value(text, limits: .standard).array
            values = text == "()" ? [] : tuple ?? [arguments]
        default: values = [arguments]
        }
        if values.isEmpty { return format }
        // Of a single dictionary the names are used.
        let named = values.count == 1 ? values[0].object : nil
        values.reverse()
        var result = ""
        var rest = format[...]
        while let match = rest.firstMatch(of: /%(?:\(([^)]*)\))?[-#0 +]*\d*(?:\.(\d+))?([a-zA-Z%])/) {
            result += rest[..<match.range.lowerBound]
            rest = rest[match.range.upperBound...]
            if match.3 == "%" {
                result += "%"
                continue
            }
            let value = match.1.map { named?.value(ofExactly: String($0)) } ?? values.popLast()
            guard let value else { return "\(format) \(arguments)" }
            result += text(value, match.3, digits: match.2.flatMap { Int($0) })
        }
        guard values.isEmpty || named != nil else { return "\(format) \(arguments)" }
        return result + rest
    }

    private static func text(_ value: JSONValue, _ kind: Substring, digits: Int?) -> String {
        switch kind {
        case "d", "i":
            value.double.flatMap { Int(exactly: $0.rounded(.towardZero)) }.map(String.init) ?? PythonText.of(value)
        case "f", "F": value.double.flatMap { fixed($0, min(digits ?? 6, 12)) } ?? PythonText.of(value)
        default: PythonText.of(value)
        }
    }

    /// A number with so many digits behind the point; nil for one that is too large for that.
    private static func fixed(_ number: Double, _ digits: Int) -> String? {
        let scale = (0..<digits).reduce(1.0) { power, _ in power * 10 }
        guard let scaled = Int(exactly: (number.magnitude * scale).rounded()) else { return nil }
        let sign = number < 0 && scaled != 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(scaled)" }
        let text = String(repeating: "0", count: max(0, digits + 1 - "\(scaled)".count)) + "\(scaled)"
        return "\(sign)\(text.dropLast(digits)).\(text.suffix(digits))"
    }
}
