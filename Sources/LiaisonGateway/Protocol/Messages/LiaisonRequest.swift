public import AcquisitionModel

/// One message of a client (`protocol/liaison.md`, L7):
/// `{"command": {"command": name, "args": […], "kwargs": {…}}, "id": anything}`.
public struct LiaisonRequest: Sendable, Hashable {
    /// What a message asks for.
    public enum Content: Sendable, Hashable {
        /// A command.
        case command(LiaisonCommand)
        /// Something in the place of a command that is none: answered with null (L11).
        case noCommand
        /// A message in which there is no place for a command: answered with this error (L12).
        case unusable(LiaisonError)
    }

    /// The whole message, which the reply echoes under `evt`.
    public let event: JSONValue
    /// What it asks for.
    public let content: Content

    /// The request that a message holds. NaN and the infinities are read as Python reads them.
    ///
    /// - Throws: `WireError` where the message is no JSON, or breaks `limits`. There is no reply then (L13).
    public init(_ message: [UInt8], limits: WireLimits = .standard) throws(WireError) {
        self.init(event: try JSONReader.read(message, limits: limits, tolerance: .oldReleases))
    }

    /// The request that a JSON value is.
    public init(event: JSONValue) {
        self.event = event
        content =
            switch event {
            case .object(let object):
                switch object.value(ofExactly: "command") {
                case nil: .unusable(LiaisonError("KeyError", "'command'"))
                case let command?: LiaisonCommand(json: command).map { .command($0) } ?? .noCommand
                }
            case .string:
                .unusable(LiaisonError("TypeError", "string indices must be integers, not 'str'"))
            case .array:
                .unusable(LiaisonError("TypeError", "list indices must be integers or slices, not str"))
            default:
                .unusable(LiaisonError("TypeError", "'\(PythonText.typeName(event))' object is not subscriptable"))
            }
    }

    /// A client's request.
    public init(_ command: LiaisonCommand, id: JSONValue) {
        event = ["command": command.json, "id": id]
        content = .command(command)
    }
}
