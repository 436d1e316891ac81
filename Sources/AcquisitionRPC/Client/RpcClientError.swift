/// Why a request came to nothing.
public struct RpcClientError: Error, Sendable, Hashable {
    /// What went wrong, as a constant to compare with. The list is open.
    public struct Code: RawRepresentable, Sendable, Hashable {
        /// The code's name.
        public let rawValue: String
        /// A code of this name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// There was no service to send the request to within the time.
        public static let noPeer = Code(rawValue: "no-peer")
        /// The name of the service's machine leads to no address: the request did not go out.
        public static let unknownHost = Code(rawValue: "unknown-host")
        /// The service does not let this client in: a key is missing, wrong or not authorised there.
        public static let refused = Code(rawValue: "refused")
        /// The request may have gone out, and no answer came within the time: the command may have run.
        public static let noAnswer = Code(rawValue: "no-answer")
        /// The command is pending, and its result did not come within the time, or is lost: the command may have run.
        public static let noResult = Code(rawValue: "no-result")
        /// The client was closed.
        public static let closed = Code(rawValue: "closed")
        /// The request cannot be written as JSON, or is too large.
        public static let cannotEncode = Code(rawValue: "cannot-encode")
        /// The service had the command only when it might not begin any more, and did not run it.
        public static let tooLate = Code(rawValue: "too-late")
        /// What came as a reply cannot be read.
        public static let unreadableReply = Code(rawValue: "unreadable-reply")
        /// What came as the reply answers another command, or none that was asked: the command may have run.
        public static let wrongReply = Code(rawValue: "wrong-reply")
        /// The transport failed; an endpoint that cannot be used, for instance.
        public static let transport = Code(rawValue: "transport")

        /// What is certain of a command where nothing else is known.
        fileprivate var fate: Fate {
            switch self {
            case .noPeer, .refused, .cannotEncode, .tooLate, .transport: .notRun
            case .noResult, .unreadableReply, .wrongReply: .mayHaveRun
            default: .mayStillRun
            }
        }
    }

    /// What is certain of the command.
    public enum Fate: String, Sendable, Hashable {
        /// It was not run, and will not be: it may be given anew.
        case notRun
        /// It may have run, or may run just now; if it has not begun, it will not begin any more.
        case mayHaveRun
        /// It may have run, or may still run: something on the way may hold it, and the service does not know until when it
        /// is wanted, as the Python package.
        case mayStillRun
    }

    /// What went wrong.
    public var code: Code
    /// One sentence for people.
    public var message: String
    /// What is certain of the command.
    public var fate: Fate

    /// An error.
    ///
    /// - Parameters:
    ///   - code: what went wrong.
    ///   - message: one sentence for people.
    ///   - fate: what is certain of the command; nil for what the code says.
    public init(_ code: Code, _ message: String, fate: Fate? = nil) {
        self.code = code
        self.message = message
        self.fate = fate ?? code.fate
    }
}

extension RpcClientError: CustomStringConvertible {
    /// The sentence.
    public var description: String { message }
}
