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
    /// - Throws: `GatewayError` of the code `badValue` where Alpha Omega's form cannot hold a value.
    public init(
        to module: ModuleConfiguration,
        _ command: String,
        keywords: JSONObject
    ) throws(GatewayError) {
        let payload = module.isAlphaOmega ? try AlphaOmegaPayload.text(keywords) : DareplaneText.of(keywords)
        self.init(module: module.name, command: command, payload: payload.isEmpty ? nil : payload)
    }
}
