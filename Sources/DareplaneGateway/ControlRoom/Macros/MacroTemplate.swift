import AcquisitionModel
import GatewayCore

/// Parameters within parameters: `$<name>` in a text stands for the text of another parameter
/// (`protocol/dareplane.md`, D39).
///
/// The real control room replaces once, in the order of the keys, so that `$<name>` stays where the other parameter
/// comes later and names a third. Here the order does not matter.
enum MacroTemplate {
    /// The names within a value.
    static func names(in value: JSONValue) -> [String] {
        guard let text = value.string else { return [] }
        return text.matches(of: /\$<([^<>]*)>/).map { String($0.1) }
    }

    /// The parameters with every `$<name>` replaced.
    ///
    /// - Throws: `GatewayError` of the code `badValue` where a name is no parameter, or parameters name each other.
    static func fill(_ parameters: JSONObject) throws(GatewayError) -> JSONObject {
        var filled = JSONObject()
        for member in parameters.members {
            filled.set(member.key, to: try value(of: member.key, parameters, within: []))
        }
        return filled
    }

    private static func value(
        of name: String,
        _ parameters: JSONObject,
        within names: [String]
    ) throws(GatewayError) -> JSONValue {
        guard let value = parameters.value(ofExactly: name) else {
            let user = names.last.map { " for '\($0)'" } ?? ""
            throw GatewayError(.badValue, "There is no parameter '\(name)'\(user)")
        }
        guard !names.contains(name) else {
            throw GatewayError(
                .badValue,
                "The parameters \((names + [name]).joined(separator: " -> ")) name each other"
            )
        }
        guard let text = value.string else { return value }
        var result = ""
        var rest = text[...]
        while let match = rest.firstMatch(of: /\$<([^<>]*)>/) {
            result += rest[..<match.range.lowerBound]
            result += PythonText.of(try self.value(of: String(match.1), parameters, within: names + [name]))
            rest = rest[match.range.upperBound...]
        }
        return .string(result + rest)
    }
}
