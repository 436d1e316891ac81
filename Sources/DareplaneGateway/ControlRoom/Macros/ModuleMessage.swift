public import AcquisitionModel
public import GatewayCore

/// One message for a module, ready to be sent but for the `;` at its end.
public struct ModuleMessage: Sendable, Hashable {
    /// To which module.
    public var module: String
    /// Which command.
    public var command: String
    /// What comes behind the `|`; nil for the command alone.
    public var payload: String?

    /// A message with a payload as it is.
    public init(module: String, command: String, payload: String? = nil) {
        self.module = module
        self.command = command
        self.payload = payload
    }

    /// `PCOMM` or `PCOMM|payload`.
    public var text: String { payload.map { "\(command)|\($0)" } ?? command }

    /// A message with keywords, as the module understands them: a JSON object, and for Alpha Omega its values alone.
    ///
    /// - Throws: ``GatewayError`` of the code `badValue` where Alpha Omega's form cannot hold a value.
    public init(
        to module: ModuleConfiguration,
        _ command: String,
        keywords: JSONObject
    ) throws(GatewayError) {
        let payload = module.isAlphaOmega ? try AlphaOmegaPayload.text(keywords) : DareplaneText.of(keywords)
        self.init(module: module.name, command: command, payload: payload.isEmpty ? nil : payload)
    }
}

/// What a module of Alpha Omega takes in the place of a JSON object: its values, separated by `|`, without blanks, quotes
/// and brackets (`protocol/dareplane.md`, D29).
enum AlphaOmegaPayload {
    /// The values of the object.
    ///
    /// - Throws: ``GatewayError`` of the code `badValue` for a text that would be taken for several values.
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
