/// Why a gateway, or a peer of its protocol, could not do what was asked.
public struct GatewayError: Error, Sendable, Hashable {
    /// What went wrong, as a constant to compare with. The list is open.
    public struct Code: RawRepresentable, Sendable, Hashable {
        /// The code's name.
        public let rawValue: String
        /// A code of this name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The address cannot be listened on: in use, not of this machine, not allowed.
        public static let cannotListen = Code(rawValue: "cannot-listen")
        /// The other side cannot be reached.
        public static let cannotConnect = Code(rawValue: "cannot-connect")
        /// A text is no address, no name, no value of the kind that is needed.
        public static let badValue = Code(rawValue: "bad-value")
        /// No command of the acquisition process stands for this name.
        public static let notMapped = Code(rawValue: "not-mapped")
        /// The gateway's role does not allow the command.
        public static let notAllowed = Code(rawValue: "not-allowed")
        /// Too much is under way already.
        public static let busy = Code(rawValue: "busy")
        /// The acquisition process refused the command, or failed to carry it out.
        public static let failed = Code(rawValue: "failed")
        /// No answer came in time.
        public static let noAnswer = Code(rawValue: "no-answer")
        /// Nobody is connected who could take the message.
        public static let notConnected = Code(rawValue: "not-connected")
        /// A message breaks the rules of its protocol.
        public static let badMessage = Code(rawValue: "bad-message")
        /// It was closed, or is being closed.
        public static let closed = Code(rawValue: "closed")
    }

    /// What went wrong.
    public var code: Code
    /// One sentence for people.
    public var message: String

    /// An error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension GatewayError: CustomStringConvertible {
    /// The sentence.
    public var description: String { message }
}
