public import AcquisitionModel

/// What an application configures (`protocol/autotrainer-0.12.0.json`, `ApiOptions`).
public struct ApiOptions: Sendable, Hashable {
    /// The service; nil for none.
    public var rpc: RpcOptions?

    /// Options.
    public init(rpc: RpcOptions? = RpcOptions()) { self.rpc = rpc }
}

/// How the service presents itself (`protocol/autotrainer-0.12.0.json`, `RpcOptions`, and what this package adds).
public struct RpcOptions: Sendable, Hashable {
    /// Whether there is a service at all.
    public var enable: Bool
    /// The name of the rig in heartbeats.
    public var identifier: String
    /// The time between heartbeats; the first one goes out this long after the start.
    public var heartbeatInterval: Duration
    /// The port of the PUB socket; 0 means any that is free.
    public var subscriberPort: UInt16
    /// The port of the ROUTER socket; 0 means any that is free.
    public var commandPort: UInt16
    /// The addresses on which both sockets listen.
    public var bind: BindAddresses
    /// The release of the protocol that is spoken.
    public var dialect: Dialect
    /// What one request, and one message that is published, may cost. A request that exceeds this is answered with an
    /// error; one that exceeds the size by more than 4 KiB is not even read: ZeroMQ closes the connection of its sender.
    public var limits: WireLimits
    /// How much may wait for one peer, or be kept for it.
    public var highWaterMarks: HighWaterMarks
    /// How long the delegate may take before the service answers PENDING_WITH_NOTIFICATION in its place and publishes
    /// the result when it comes; nil switches this off, and the client waits.
    public var pendingAfter: Duration?
    /// Whom the service lets in, and who may give commands.
    public var security: ServiceSecurity
    /// Whether a service without keys may listen on other addresses than loopback, where anybody who reaches the ports
    /// may give commands; on all of them (true), or on those of certain interfaces. It then says so in its log and in each
    /// heartbeat. What counts is what names and interfaces come to at the start, however an address is written.
    public var allowInsecureRemote: InsecureRemoteAccess
    /// How much of the service its peers may take up.
    public var load: LoadLimits
    /// For how long the answer to a command is kept, so that the same command of the same client under the same nonce is
    /// answered again and does not run again; nil for not at all. It is kept until the command's deadline at least. A client that gives its commands again when no answer
    /// comes asks for this: `RpcClient` with ``ClientOptions/retries`` does.
    ///
    /// Kept are the last 8,192 answers of each user (each connection, where nobody is asked for a key), up to 4 MiB of
    /// them. Commands without a nonce of their own (none, 0, negative) are not kept: their clients do not count. An
    /// emergency stop is carried out as often as it comes.
    public var deduplicate: Duration?
    /// Whether ``deduplicate`` also keeps the answers to queries that change nothing (status, configuration, animals). Else
    /// one that comes again while it is under way gets its answer, and one that comes again later is asked again.
    public var deduplicateQueries: Bool
    /// Where it is written down who gave which command; nil for nowhere.
    public var audit: AuditOptions?

    /// Options; what is not said has the value that the protocol or this package gives.
    public init(
        enable: Bool = true,
        identifier: String = "autotrainer-device",
        heartbeatInterval: Duration = .seconds(5),
        subscriberPort: UInt16 = 5556,
        commandPort: UInt16 = 5557,
        bind: BindAddresses = .loopback,
        dialect: Dialect = .current,
        limits: WireLimits = .standard,
        highWaterMarks: HighWaterMarks = HighWaterMarks(),
        pendingAfter: Duration? = .milliseconds(100),
        security: ServiceSecurity = .off,
        allowInsecureRemote: InsecureRemoteAccess = false,
        load: LoadLimits = LoadLimits(),
        deduplicate: Duration? = nil,
        deduplicateQueries: Bool = false,
        audit: AuditOptions? = nil
    ) {
        self.enable = enable
        self.identifier = identifier
        self.heartbeatInterval = heartbeatInterval
        self.subscriberPort = subscriberPort
        self.commandPort = commandPort
        self.bind = bind
        self.dialect = dialect
        self.limits = limits
        self.highWaterMarks = highWaterMarks
        self.pendingAfter = pendingAfter
        self.security = security
        self.allowInsecureRemote = allowInsecureRemote
        self.load = load
        self.deduplicate = deduplicate
        self.deduplicateQueries = deduplicateQueries
        self.audit = audit
    }
}

/// The addresses on which a service listens.
public enum BindAddresses: Sendable, Hashable {
    /// 127.0.0.1 only: programs on the same machine.
    case loopback
    /// What each of these comes to when the service starts; other addresses than loopback need keys
    /// (``RpcOptions/security``) or ``RpcOptions/allowInsecureRemote``:
    ///
    /// - an address, `192.168.1.5`, `::1`, `fe80::1%eth0`;
    /// - the name of an interface, `eth0`, `docker0`: all of its addresses, of both families. On Linux the sockets are confined
    ///   to the interface: nobody reaches them through another one, but for programs on this machine;
    /// - the name of a machine, `localhost`, `rig-1`: all of its addresses that this machine has;
    /// - `*`: all addresses of the machine, of both families where it has IPv6;
    /// - `ipc:///run/user/1000/rig-1`: two Unix sockets, `events` and `commands`, in this folder, which is made for its owner
    ///   alone or has to be so. No port, and no other user of the machine.
    case addresses([String])
    /// As the Python package does: the machine's outward IPv4 address and, where that differs, 127.0.0.1. Needs keys
    /// (``RpcOptions/security``) or ``RpcOptions/allowInsecureRemote``.
    case likePython
}

/// How much may wait for one peer, or be kept for it. Whatever is not acceptable, such as a negative number, is refused when
/// the service starts.
public struct HighWaterMarks: Sendable, Hashable {
    /// Events that wait for one subscriber; what exceeds this is dropped for that subscriber, in silence. 0 for no limit.
    public var events: Int
    /// Replies that wait for one client. 0 for no limit.
    public var replies: Int
    /// Requests of one client that wait to be read. 0 for no limit.
    public var requests: Int
    /// Events that wait for one subscriber, in bytes. A subscriber that leaves about so many unread is disconnected; it may
    /// come again. Events that are so small that ``events`` of them have fewer bytes are not counted, so that at worst
    /// twice as many bytes wait. 0 for no limit.
    public var eventBytes: Int
    /// Replies that wait for one client, in bytes; as ``eventBytes``, with ``replies``.
    public var replyBytes: Int
    /// The memory that the subscriptions of one connection may take, in bytes: each is taken to cost 2 KiB and 32 bytes for
    /// every byte of its topic. A connection with more is ended. 0 for no limit.
    public var subscriptionBytes: Int
    /// The memory that the subscriptions of all connections may take, where a topic that several of them have counts once,
    /// and 128 bytes for each of them. Beyond that, the connections that take most are ended. 0 for no limit.
    public var allSubscriptionBytes: Int

    /// Marks; what is not said has a value that no well-behaved peer meets.
    public init(
        events: Int = 10_000,
        replies: Int = 1_000,
        requests: Int = 64,
        eventBytes: Int = 64 << 20,
        replyBytes: Int = 64 << 20,
        subscriptionBytes: Int = 32 << 20,
        allSubscriptionBytes: Int = 256 << 20
    ) {
        self.events = events
        self.replies = replies
        self.requests = requests
        self.eventBytes = eventBytes
        self.replyBytes = replyBytes
        self.subscriptionBytes = subscriptionBytes
        self.allSubscriptionBytes = allSubscriptionBytes
    }
}

/// Where a started service can be reached.
public struct RpcEndpoints: Sendable, Hashable {
    /// The endpoints of the PUB socket: `tcp://127.0.0.1:5556`.
    public var subscriber: [String]
    /// The endpoints of the ROUTER socket.
    public var command: [String]

    /// Endpoints.
    public init(subscriber: [String], command: [String]) {
        self.subscriber = subscriber
        self.command = command
    }
}
