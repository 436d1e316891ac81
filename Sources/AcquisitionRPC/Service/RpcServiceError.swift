import AcquisitionModel

/// Why the service refused to do something.
public struct RpcServiceError: Error, Sendable, Hashable {
    /// What was refused, as a constant to compare with. The list is open.
    public struct Code: RawRepresentable, Sendable, Hashable {
        /// The code's name.
        public let rawValue: String
        /// A code of this name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Nothing can be sent before `start()`.
        public static let notStarted = Code(rawValue: "not-started")
        /// A service starts once.
        public static let alreadyStarted = Code(rawValue: "already-started")
        /// A stopped service neither sends nor starts again.
        public static let stopped = Code(rawValue: "stopped")
        /// An option makes no sense; nothing is bound.
        public static let invalidOptions = Code(rawValue: "invalid-options")
        /// An endpoint cannot be bound; nothing is bound.
        public static let cannotBind = Code(rawValue: "cannot-bind")
        /// Without keys the service would be open to the network; nothing is bound.
        public static let insecure = Code(rawValue: "insecure")
        /// The keys cannot be used; nothing is bound.
        public static let keys = Code(rawValue: "keys")
        /// The message cannot be written as JSON, or is too large.
        public static let cannotEncode = Code(rawValue: "cannot-encode")
        /// The audit file cannot be written; nothing is bound.
        public static let cannotAudit = Code(rawValue: "cannot-audit")
        /// The transport failed.
        public static let transport = Code(rawValue: "transport")
    }

    /// What was refused.
    public var code: Code
    /// One sentence for people.
    public var message: String
    /// The endpoint that it is about, if any.
    public var endpoint: String?
    /// The system's error number, where there is one.
    public var errno: Int32?

    /// An error.
    public init(_ code: Code, _ message: String, endpoint: String? = nil, errno: Int32? = nil) {
        self.code = code
        self.message = message
        self.endpoint = endpoint
        self.errno = errno
    }

    static func cannotEncode(_ error: WireError) -> RpcServiceError {
        RpcServiceError(.cannotEncode, "The message cannot be sent: \(error)")
    }
}

extension RpcServiceError: CustomStringConvertible {
    /// The sentence.
    public var description: String { message }
}
