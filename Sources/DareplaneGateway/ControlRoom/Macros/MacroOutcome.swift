public import GatewayCore

/// What became of the commands of a macro.
public struct MacroOutcome: Sendable, Hashable {
    /// A command that could not be sent.
    public struct Missed: Sendable, Hashable {
        /// The command.
        public var message: ModuleMessage
        /// Why: its module is not connected, or does not have it.
        public var error: GatewayError
    }

    /// What was sent, in order.
    public var sent: [ModuleMessage] = []
    /// What was not, in order.
    public var missed: [Missed] = []

    /// What was not sent, and why, in one sentence; nil where all was.
    public var problem: String? {
        guard !missed.isEmpty else { return nil }
        let reasons = missed.map { "\($0.message.module) \($0.message.command): \($0.error.message)" }
        return "\(sent.count) of \(sent.count + missed.count) commands were sent; not sent: "
            + reasons.joined(separator: "; ")
    }
}
