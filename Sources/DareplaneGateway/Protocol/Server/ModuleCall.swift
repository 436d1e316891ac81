public import AcquisitionRPC
public import GatewayCore

/// A command that a control room gave to a module.
public struct ModuleCall: Sendable, Hashable {
    /// The command as it was written.
    public var command: PCOMM
    /// Who gave it, for logs: the address of the control room.
    public var peer: String

    /// A call.
    public init(_ command: PCOMM, from peer: String) {
        self.command = command
        self.peer = peer
    }

    /// The keyword arguments; none where none were written.
    public var arguments: JSONObject { command.payload ?? [:] }

    /// The argument of this keyword.
    ///
    /// - Throws: `GatewayError` of the code `badValue` where it is not there.
    public func argument(_ keyword: String) throws(GatewayError) -> JSONValue {
        if let value = arguments.value(ofExactly: keyword) { return value }
        throw GatewayError(.badValue, "The keyword '\(keyword)' is missing")
    }
}
