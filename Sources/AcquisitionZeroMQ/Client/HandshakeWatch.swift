import ZeroMQ

/// What the events of a monitor tell of one connection to a service: a value, which moves nothing.
struct HandshakeWatch: Sendable {
    /// What has changed.
    enum Change: Sendable, Hashable {
        case connected
        case lost
        /// The service does not let this client in; the reason is for people.
        case refused(String)
    }

    /// How long until a service that refused is asked again: libzmq does not do so by itself.
    private static let pause: Duration = .seconds(1)
    /// After how many connections in a row that end amid the handshake it is no accident.
    private static let mostAccidents = 3

    private let hasKeys: Bool
    private(set) var isConnected = false
    /// When to connect anew, where libzmq does not do so by itself.
    private(set) var retryAt: ContinuousClock.Instant?
    private var accidents = 0
    /// Whether the owner connects anew where a connection cannot be made, and not libzmq.
    private let reconnects: Bool
    /// When the present attempt began.
    private var attemptAt: ContinuousClock.Instant?
    /// How long from one attempt to the next.
    private var backOff = Self.shortestBackOff
    private static let shortestBackOff: Duration = .milliseconds(100)
    /// Short enough that a service which sends a heartbeat a second is found again within three of them.
    private static let longestBackOff = SocketSettings.longestReconnectInterval

    /// - Parameters:
    ///   - hasKeys: whether keys were given for the service.
    ///   - reconnects: whether ``retryAt`` also tells when to try again to make a connection; otherwise libzmq does.
    init(hasKeys: Bool, reconnects: Bool = false) {
        self.hasKeys = hasKeys
        self.reconnects = reconnects
    }

    /// Takes the events that have come since the last time. Of several changes a loss counts, and then a refusal.
    mutating func note(_ events: [MonitorEvent], now: ContinuousClock.Instant) -> Change? {
        var isLost = false
        var refusal: String?
        var isNew = false
        for event in events {
            switch event.kind {
            case .handshakeSucceeded:
                accidents = 0
                isNew = true
                isConnected = true
                refusal = nil
                retryAt = nil
                backOff = Self.shortestBackOff
            case .disconnected:
                if isConnected { isLost = true }
                isConnected = false
            case .handshakeFailedAuth, .handshakeFailedProtocol:
                refusal = reason(event)
                retryAt = now + Self.pause
            case .handshakeFailedNoDetail:
                accidents += 1
                if hasKeys, accidents >= Self.mostAccidents {
                    refusal =
                        "The service ends the handshake: it has another key than the one given, or does not speak CURVE"
                }
            case .connectDelayed: attemptAt = now
            case .connected where reconnects: retryAt = nil
            case .connectRetried where reconnects && retryAt == nil && !isConnected:
                // An attempt that found no answer has taken longer than that itself.
                retryAt = max((attemptAt ?? now) + backOff, now + Self.shortestBackOff)
                attemptAt = nil
                backOff = min(backOff * 2, Self.longestBackOff)
            default: continue
            }
        }
        if isLost {
            isConnected = false
            // The owner connects anew at once.
            if reconnects { (retryAt, backOff) = (nil, Self.shortestBackOff) }
            return .lost
        }
        if let refusal { return .refused(refusal) }
        return isNew ? .connected : nil
    }

    /// The connection was given up for a new one, which no event tells.
    mutating func startOver() { isConnected = false }

    /// Whether it is time to connect anew; true once.
    mutating func takeRetry(now: ContinuousClock.Instant) -> Bool {
        guard let retryAt, retryAt <= now else { return false }
        self.retryAt = nil
        return true
    }

    private func reason(_ event: MonitorEvent) -> String {
        if event.kind == .handshakeFailedAuth {
            return event.value == 400
                ? "The service does not let this key in; it has to be authorised there"
                : "The service could not check this key (status \(event.value))"
        }
        switch event.protocolProblem {
        case .mechanism where hasKeys: return "The service does not speak CURVE, and a key was given"
        case .mechanism: return "The service asks for a key, and none was given"
        case .cryptography: return "The service has another key than the one given for it"
        case .other: return "What listens there does not speak ZeroMQ's protocol"
        }
    }
}
