public import GatewayCore

/// Why rigs did not do what they were asked: which ones, each with its reason, and what the others answered.
public struct RigServicesError: Error, Sendable, Hashable {
    /// One rig that failed.
    public struct Failure: Sendable, Hashable {
        /// The rig.
        public let rig: String
        /// Why.
        public let reason: GatewayError

        /// A failure.
        public init(rig: String, reason: GatewayError) {
            self.rig = rig
            self.reason = reason
        }
    }

    /// What was asked.
    public let event: ExpMessage
    /// The rigs that failed, in the order in which they were told; at least one.
    public let failures: [Failure]
    /// What the others answered.
    public let answers: RigAnswers

    /// An error.
    public init(event: ExpMessage, failures: [Failure], answers: RigAnswers) {
        self.event = event
        self.failures = failures
        self.answers = answers
    }
}

extension RigServicesError: CustomStringConvertible {
    /// `EXPSTART failed at 1 of 3 rigs: camera: …`
    public var description: String {
        let reasons = failures.map { "\($0.rig): \($0.reason.message)" }.joined(separator: "; ")
        return "\(event) failed at \(failures.count) of \(failures.count + answers.all.count) rigs: \(reasons)"
    }
}
