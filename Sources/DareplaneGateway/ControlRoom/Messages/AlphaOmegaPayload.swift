import AcquisitionModel
import GatewayCore

/// What a module of Alpha Omega takes in the place of a JSON object: its values, separated by `|`, without blanks,
/// quotes and brackets (`protocol/dareplane.md`, D29).
enum AlphaOmegaPayload {
    /// The values of the object.
    ///
    /// - Throws: `GatewayError` of the code `badValue` for a text that would be taken for several values.
    static func text(_ object: JSONObject) throws(GatewayError) -> String {
        var values: [String] = []
        for member in object.members {
            for value in flat(member.value) {
                let text = PythonText.of(value).filter { !" '\"[](){}\t\r\n".contains($0) }
                guard text.utf8.allSatisfy({ $0 < 0x80 }), !text.contains("|"), !text.contains(";") else {
                    throw GatewayError(
                        .badValue,
                        "'\(text)' of '\(member.key)' cannot be written in Alpha Omega's form"
                    )
                }
                values.append(text)
            }
        }
        return values.joined(separator: "|")
    }

    private static func flat(_ value: JSONValue) -> [JSONValue] {
        switch value {
        case .array(let elements): elements.flatMap(flat)
        case .object(let object): object.members.flatMap { flat($0.value) }
        default: [value]
        }
    }
}
