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
