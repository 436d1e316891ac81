public import AcquisitionModel

/// How a client behaves.
public struct ClientOptions: Sendable, Hashable {
    /// How long a request waits for its reply where the call does not say.
    public var timeout: Duration
    /// The interval of heartbeats to expect until two have been seen.
    public var heartbeatInterval: Duration
    /// What one message of the service may cost.
    public var limits: WireLimits

    /// Options.
    public init(
        timeout: Duration = .seconds(5),
        heartbeatInterval: Duration = .seconds(5),
        limits: WireLimits = .fromService
    ) {
        self.timeout = timeout
        self.heartbeatInterval = heartbeatInterval
        self.limits = limits
    }
}
