public import AcquisitionModel

/// How a client behaves.
public struct ClientOptions: Sendable, Hashable {
    /// How long a request waits for its reply where the call does not say.
    public var timeout: Duration
    /// How often a command is given again where no reply comes: at even distances within the time that it has. Only to a
    /// service whose heartbeat says that it runs no command twice (``RpcOptions/deduplicate``), and only once that
    /// heartbeat has come; to any other, commands are given once, whatever stands here.
    public var retries: Int
    /// The interval of heartbeats to expect until two have been seen.
    public var heartbeatInterval: Duration
    /// What one message of the service may cost.
    public var limits: WireLimits

    /// Options.
    public init(
        timeout: Duration = .seconds(5),
        retries: Int = 0,
        heartbeatInterval: Duration = .seconds(5),
        limits: WireLimits = .fromService
    ) {
        self.timeout = timeout
        self.retries = retries
        self.heartbeatInterval = heartbeatInterval
        self.limits = limits
    }
}
