/// From where a service without keys may be reached, beside from its own machine: whoever reaches it may give commands.
///
/// ```swift
/// var options = RpcOptions()
/// options.bind = .addresses(["docker0", "127.0.0.1"])
/// options.allowInsecureRemote = .interfaces(["docker0"])   // or true, for wherever it listens
/// ```
public enum InsecureRemoteAccess: Sendable, Hashable, ExpressibleByBooleanLiteral {
    /// From nowhere: the service starts only on loopback and on Unix sockets. As `false`.
    case refused
    /// From wherever the addresses that it binds are reached. As `true`.
    case everywhere
    /// From these network interfaces, such as a bridge for containers: the service starts only where all that it binds lies
    /// on them or on loopback. On Linux its sockets take what comes in through the interface of their address, and nothing
    /// else.
    case interfaces([String])

    /// ``everywhere`` for true, ``refused`` for false.
    public init(booleanLiteral value: Bool) { self = value ? .everywhere : .refused }
}
