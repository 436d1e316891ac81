/// Who gives a command, as the delegate sees it.
///
/// ```swift
/// service.setDelegate { request in
///     print("\(request.command) from \(CommandSender.current?.user ?? "somebody")")
///     return .success()
/// }
/// ```
public struct CommandSender: Sendable, Hashable {
    /// The name under which the sender's key is authorised; nil where the service does not ask for keys.
    public var user: String?
    /// The sender's public key, 40 characters of Z85; nil where the service does not ask for keys.
    public var key: String?
    /// What the sender may do, now; nil for nothing: the key was revoked. Where the service does not ask for keys,
    /// everybody is an operator.
    public var role: PeerRole?
    /// The sender's IP address, or `unix:uid=1000,pid=4711` for one on a Unix socket, as the system tells of the process that
    /// connected; nil where the transport has none.
    public var address: String?
    /// Whether the sender was known, and nobody can look up now what it may do: then only an emergency stop.
    package var isUnverified = false

    /// A sender.
    public init(user: String? = nil, key: String? = nil, role: PeerRole?, address: String? = nil) {
        self.user = user
        self.key = key
        self.role = role
        self.address = address
    }

    /// Who gave the command that the delegate is answering in this task, also in the work that it left to
    /// ``RpcService/answerLater(to:_:)``; nil elsewhere, and where the program asked itself.
    public static var current: CommandSender? { CommandJob.current?.sender }
}
