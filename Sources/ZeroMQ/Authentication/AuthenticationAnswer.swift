/// Whether a client is let in.
public struct AuthenticationAnswer: Error, Sendable, Hashable {
    /// 200: let in; 400: refused; 500: the question could not be answered, which refuses too.
    public let status: Int
    /// What goes with the status, in plain ASCII. The client is told the status only.
    public let reason: String
    /// The name under which messages of a client that was let in arrive: ``Message/Metadata/userID``.
    public let userID: String

    private init(status: Int, reason: String, userID: String) {
        self.status = status
        self.reason = reason
        self.userID = userID
    }

    /// Lets the client in, under a name.
    public static func accepted(as userID: String) -> Self { Self(status: 200, reason: "OK", userID: userID) }

    /// Does not let the client in.
    public static func refused(_ reason: String) -> Self { Self(status: 400, reason: reason, userID: "") }

    /// Does not let the client in, since nobody could decide.
    public static func failed(_ reason: String) -> Self { Self(status: 500, reason: reason, userID: "") }

    /// Whether the client is let in.
    public var isAccepted: Bool { status == 200 }

    static let version = Array("1.0".utf8)

    /// The frames of the reply: version, request id, status, reason, user id, metadata.
    ///
    /// A name that libzmq would not take (empty, longer than 255 bytes, or with a NUL in it) lets nobody in.
    func frames(to requestID: Frame) -> Message {
        guard !isAccepted || (1...255).contains(userID.utf8.count) && !userID.utf8.contains(0) else {
            return Self.failed("The user has no acceptable name").frames(to: requestID)
        }
        return [
            Self.version, requestID, Array("\(status)".utf8), Array(reason.utf8.prefix(255)), Array(userID.utf8), [],
        ]
    }
}
