/// The life of a service: it starts once and stops once.
///
/// ```
/// idle ── start ──> running ── stop ──> stopping ── stopped ──> stopped
///   ^──── failed ─────'
/// ```
struct ServiceLifecycle: Sendable, Hashable {
    enum Phase: Sendable, Hashable { case idle, starting, running, stopping, stopped }

    private(set) var phase = Phase.idle

    /// The service is asked to start.
    mutating func start() throws(RpcServiceError) {
        switch phase {
        case .idle: phase = .starting
        case .starting, .running:
            throw RpcServiceError(.alreadyStarted, "The service has been started already")
        case .stopping, .stopped:
            throw RpcServiceError(.stopped, "The service has been stopped and does not start again; make a new one")
        }
    }

    /// Everything is bound.
    mutating func started() { phase = .running }

    /// Nothing is bound; the start may be tried again.
    mutating func failedToStart() { phase = .idle }

    /// The service is asked to stop; true for the first one to ask while it runs.
    mutating func stop() -> Bool {
        guard phase == .running else { return false }
        phase = .stopping
        return true
    }

    /// Everything is closed.
    mutating func stopped() { phase = .stopped }

    /// Whether the transport is there: also while the service stops.
    var isOpen: Bool { phase == .running || phase == .stopping }

    /// Throws unless messages can be sent.
    func checkSend() throws(RpcServiceError) {
        switch phase {
        case .running: return
        case .idle, .starting:
            throw RpcServiceError(.notStarted, "The service has not been started; call start() before sending")
        case .stopping, .stopped:
            throw RpcServiceError(.stopped, "The service has been stopped; nothing can be sent any more")
        }
    }
}
