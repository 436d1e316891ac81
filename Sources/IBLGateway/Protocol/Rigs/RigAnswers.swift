public import GatewayCore

/// What rigs answered, in the order in which they were told.
public struct RigAnswers: Sendable, Hashable {
    /// One rig's answer.
    public struct Answer: Sendable, Hashable {
        /// The rig.
        public let rig: String
        /// What followed the event in its message; nothing for what needs no answer.
        public let data: [JSONValue]
        /// How long it took, from the first rig's turn on.
        public let time: Duration

        /// An answer.
        public init(rig: String, data: [JSONValue], time: Duration) {
            self.rig = rig
            self.data = data
            self.time = time
        }
    }

    /// The answers.
    public let all: [Answer]

    /// Answers.
    public init(_ all: [Answer]) { self.all = all }

    /// The answer of one rig; nil where it gave none.
    public subscript(_ rig: String) -> Answer? { all.first { $0.rig == rig } }
}

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
