public import GatewayCore

/// One step of one rig.
public struct RigProgress: Sendable, Hashable {
    /// How far it is.
    public enum Step: Sendable, Hashable {
        /// The message goes out.
        case asked
        /// The rig has echoed it.
        case told
        /// The rig has answered: what followed the event.
        case answered([JSONValue])
        /// The rig failed.
        case failed(GatewayError)
    }

    /// The rig.
    public let rig: String
    /// What it was asked.
    public let event: ExpMessage
    /// How far it is.
    public let step: Step
    /// How long that took, from the first rig's turn on.
    public let time: Duration

    /// A step.
    public init(rig: String, event: ExpMessage, step: Step, time: Duration) {
        self.rig = rig
        self.event = event
        self.step = step
        self.time = time
    }
}
