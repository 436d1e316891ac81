import AcquisitionModel
import GatewayCore

/// How Python shows values: `str()` and `repr()`, and what its types are called.
enum PythonText {
    /// `repr()` of a value.
    static func repr(_ value: JSONValue) -> String {
        switch value {
        case .null: "None"
        case .bool(let value): value ? "True" : "False"
        case .integer: value.description
        case .number(let number): repr(number)
        case .bigNumber:
            value.pythonText == "Infinity" ? "inf" : value.pythonText == "-Infinity" ? "-inf" : value.pythonText
        case .string(let text): repr(text)
        case .array(let elements): "[\(elements.map(repr).joined(separator: ", "))]"
        case .object(let object):
            "{\(object.members.map { "\(repr($0.key)): \(repr($0.value))" }.joined(separator: ", "))}"
        }
    }

    /// `repr()` of a number.
    static func repr(_ number: Double) -> String {
        if number.isNaN { return "nan" }
        if number.isInfinite { return number < 0 ? "-inf" : "inf" }
        return JSONValue.number(number).pythonText
    }

    /// `repr()` of a text: in single quotes unless there are single quotes, and no double quotes, within it.
    static func repr(_ text: String) -> String {
        let quote: Unicode.Scalar = text.contains("'") && !text.contains("\"") ? "\"" : "'"
        var result = String(quote)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case quote: result += "\\\(quote)"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{0}"..<" ", "\u{7F}"..<"\u{A0}": result += "\\x" + hex(scalar.value)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + String(quote)
    }

    /// `repr()` of bytes.
    static func repr(_ bytes: [UInt8]) -> String {
        let hasSingle = bytes.contains(UInt8(ascii: "'"))
        let quote: UInt8 = hasSingle && !bytes.contains(UInt8(ascii: "\"")) ? UInt8(ascii: "\"") : UInt8(ascii: "'")
        var result = "b" + String(Unicode.Scalar(quote))
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\\"): result += "\\\\"
            case quote: result += "\\" + String(Unicode.Scalar(quote))
            case UInt8(ascii: "\n"): result += "\\n"
            case UInt8(ascii: "\r"): result += "\\r"
            case UInt8(ascii: "\t"): result += "\\t"
            case 0x20..<0x7F: result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += "\\x" + hex(UInt32(byte))
            }
        }
        return result + String(Unicode.Scalar(quote))
    }

    /// What Python calls the type of a value.
    static func typeName(_ value: JSONValue) -> String {
        switch value {
        case .null: "NoneType"
        case .bool: "bool"
        case .integer: "int"
        case .number: "float"
        case .bigNumber(let number): number.text.contains { ".eE".contains($0) } ? "float" : "int"
        case .string: "str"
        case .array: "list"
        case .object: "dict"
        }
    }

    /// Names as Python lists them: `'a'`, `'a' and 'b'`, `'a', 'b', and 'c'`.
    static func list(_ names: [String]) -> String {
        let quoted = names.map { "'\($0)'" }
        switch quoted.count {
        case 0...1: return quoted.first ?? ""
        case 2: return "\(quoted[0]) and \(quoted[1])"
        default: return quoted.dropLast().joined(separator: ", ") + ", and \(quoted[quoted.count - 1])"
        }
    }

    private static func hex(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: max(0, 2 - digits.count)) + digits
    }
}
