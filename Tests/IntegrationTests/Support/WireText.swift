import AcquisitionModel

/// JSON as text, independently of the package's writer: what two values are compared by.
enum WireText {
    /// One text for one value: keys in their order, `1` and `1.0` apart.
    static func canonical(_ value: JSONValue) -> String {
        text(value, escape: { String($0) })
    }

    /// The text that Python's `json.dumps` makes: escapes for all that is not ASCII, literals such as NaN.
    static func python(_ value: JSONValue) -> String {
        text(
            value,
            escape: { scalar in
                guard !(0x20..<0x7F).contains(scalar.value) else { return String(scalar) }
                return String(scalar).utf16.map { unit in
                    let digits = String(unit, radix: 16)
                    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }.joined()
            }
        )
    }

    /// What Python writes for what is not a finite number.
    private static func word(for value: Double) -> String {
        value.isNaN ? "NaN" : value > 0 ? "Infinity" : "-Infinity"
    }

    private static func text(
        _ value: JSONValue,
        escape: (Unicode.Scalar) -> String
    ) -> String {
        func write(_ value: JSONValue) -> String {
            switch value {
            case .null: "null"
            case .bool(let value): value ? "true" : "false"
            case .integer(let value): String(value)
            case .number(let value): value.isFinite ? "\(value)" : word(for: value)
            case .bigNumber(let value): value.text
            case .string(let text): quoted(text)
            case .array(let elements): "[" + elements.map(write).joined(separator: ", ") + "]"
            case .object(let object):
                "{" + object.members.map { quoted($0.key) + ": " + write($0.value) }.joined(separator: ", ") + "}"
            }
        }
        func quoted(_ text: String) -> String {
            let inner = text.unicodeScalars.map { scalar in
                switch scalar {
                case "\"": "\\\""
                case "\\": "\\\\"
                case "\n": "\\n"
                case "\r": "\\r"
                case "\t": "\\t"
                case "\u{8}": "\\b"
                case "\u{C}": "\\f"
                default: escape(scalar)
                }
            }
            return "\"" + inner.joined() + "\""
        }
        return write(value)
    }
}

extension JSONValue {
    /// The value with every key of its objects converted; of two keys that become one the last value counts.
    func convertingKeys(_ convert: (String) -> String) -> JSONValue {
        switch self {
        case .array(let elements): .array(elements.map { $0.convertingKeys(convert) })
        case .object(let object):
            .object(object.members.map { (convert($0.key), $0.value.convertingKeys(convert)) })
        default: self
        }
    }
}
