public import AcquisitionModel

/// How a client behaves.
public struct ClientOptions: Sendable, Hashable {
    /// How long a request waits for its reply where the call does not say. More than a century counts as a century.
    public var timeout: Duration
    /// How often a command is given again where no reply comes: at even distances within the time that it has, not more often
    /// than every 10 ms; less than 0 counts as 0.
    ///
    /// Only where it is certain that the command does not run twice: the service's heartbeat says that it remembers commands
    /// (``RpcOptions/deduplicate``), it is the same start of the service that may have the command already, and it remembers
    /// it until the repetition has arrived: a service of this package does until the command's deadline, others for their
    /// window, of which 5 s may pass on the way. The command also needs a nonce of its own. Any other command is given
    /// once, whatever stands here, and a missing answer is an error which says what is certain
    /// (``RpcClientError/fate``). An emergency stop is given again on every new connection in any case.
    public var retries: Int
    /// The interval of heartbeats to expect until two have been seen; at least 50 ms.
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
