/// How much of a service its peers may take up. What exceeds a limit is answered UNAVAILABLE with the rule that it
/// broke, and counted; nothing else happens to its sender. An emergency stop is never refused.
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

    /// Limits; what is not said has a value that no well-behaved client meets.
    public init(
        inFlightPerPeer: Int = 1_024,
        inFlight: Int = 8_192,
        commandsPerSecond: Int? = 20_000,
        pending: Int = 10_000,
        bytesPerPeer: Int = 16 << 20,
        bytes: Int = 64 << 20,
        pendingTime: Duration? = .seconds(3_600)
    ) {
        self.inFlightPerPeer = inFlightPerPeer
        self.inFlight = inFlight
        self.commandsPerSecond = commandsPerSecond
        self.pending = pending
        self.bytesPerPeer = bytesPerPeer
        self.bytes = bytes
        self.pendingTime = pendingTime
    }
}
