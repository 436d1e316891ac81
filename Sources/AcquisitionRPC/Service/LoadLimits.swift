/// How much of a service its peers may take up. A command that exceeds a limit is answered UNAVAILABLE with the rule that it
/// broke, and counted; nothing else happens to its sender. An emergency stop is never refused. A connection for which there is
/// no place is closed at once, and counted (``ServiceCounter/refusedConnections``); those that stand are not touched.
public struct LoadLimits: Sendable, Hashable {
    /// Commands of one connection that wait for their first answer.
    public var inFlightPerPeer: Int
    /// Commands of all connections that wait for their first answer.
    public var inFlight: Int
    /// Commands a second of one connection, over a while; as many at once. nil for no limit. A client that waits for
    /// each answer before it asks again never gets there; a flood does.
    public var commandsPerSecond: Int?
    /// Commands that were answered PENDING_WITH_NOTIFICATION and whose result is not published yet.
    public var pending: Int
    /// Bytes of memory that the commands of one connection may keep, from their arrival until their delegate has ended and
    /// their result is out. A single one always fits; ``RpcOptions/limits`` says how large it may be.
    public var bytesPerPeer: Int
    /// Bytes of memory that the commands of all connections may keep.
    public var bytes: Int
    /// How long a pending command may take. Then FAILED is published for it, its task is cancelled, and a result that
    /// comes later is dropped. nil for as long as it takes.
    public var pendingTime: Duration?
    /// Connections of all peers, to both ports together: a client has two. There are never more than the process has
    /// descriptors for, less ``reservedDescriptors``; ``DescriptorLimit/raise()`` makes room. The last eighth is for loopback
    /// and Unix sockets, so that strangers on the network do not lock this machine's own programs out. (Linux; elsewhere the
    /// number of connections is not bounded.)
    public var connections: Int
    /// Connections of one remote address, an IPv6 network of 64 bits counting as one; nil for half of all places. Loopback and
    /// Unix sockets have no such limit.
    public var connectionsPerAddress: Int?
    /// Descriptors that connections leave to the rest of the process; nil for an eighth of its limit, from 16 to 128. Without
    /// any, the process could open no file, and the runtime may end it. A program that opens many asks for more.
    public var reservedDescriptors: Int?

    /// Limits; what is not said has a value that no well-behaved client meets.
    public init(
        inFlightPerPeer: Int = 1_024,
        inFlight: Int = 8_192,
        commandsPerSecond: Int? = 20_000,
        pending: Int = 10_000,
        bytesPerPeer: Int = 16 << 20,
        bytes: Int = 64 << 20,
        pendingTime: Duration? = .seconds(3_600),
        connections: Int = 16_384,
        connectionsPerAddress: Int? = nil,
        reservedDescriptors: Int? = nil
    ) {
        self.inFlightPerPeer = inFlightPerPeer
        self.inFlight = inFlight
        self.commandsPerSecond = commandsPerSecond
        self.pending = pending
        self.bytesPerPeer = bytesPerPeer
        self.bytes = bytes
        self.pendingTime = pendingTime
        self.connections = connections
        self.connectionsPerAddress = connectionsPerAddress
        self.reservedDescriptors = reservedDescriptors
    }
}
