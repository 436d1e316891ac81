import GatewayCore

/// The answer of a rig that did not give it in time, and may give it still.
struct LateAnswer: Sendable {
    let rig: String
    let event: ExpMessage
    /// When the first rig's turn came.
    let begin: ContinuousClock.Instant
    /// What the rig says, from before it was told.
    let messages: AsyncStream<RigEvent>
    /// Whether it echoed: then it lives.
    var hasEchoed = false
}
