import AcquisitionModel
import GatewayCore

/// The text that Python's `str` makes of a value, as the command line of a module and the templates of macros show it.
enum PythonText {
    static func of(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .bool(let isTrue): isTrue ? "True" : "False"
        case .null: "None"
        case .number(let number) where number == number.rounded() && abs(number) < 1e16: "\(number)"
        case .integer, .number, .bigNumber: value.description
        case .array(let elements): "[" + elements.map(representation).joined(separator: ", ") + "]"
        case .object(let object):
            "{"
                + object.members.map { "\(representation(.string($0.key))): \(representation($0.value))" }
                .joined(separator: ", ") + "}"
        }
    }

    /// As within a list: texts in quotes.
    private static func representation(_ value: JSONValue) -> String {
        guard case .string(let text) = value else { return of(value) }
        let quote = text.contains("'") && !text.contains("\"") ? "\"" : "'"
        let escaped = text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n").replacing("\r", with: "\\r")
        return quote + (quote == "'" ? escaped.replacing("'", with: "\\'") : escaped) + quote
    }
}
