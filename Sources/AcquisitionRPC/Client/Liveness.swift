import AcquisitionModel

/// What is known about the service at the other end.
public enum Liveness: Sendable, Hashable {
    /// Heartbeats come.
    case online
    /// There is a connection, and no heartbeat came for three intervals.
    case stale
    /// There is no connection, or there never was a heartbeat.
    case offline
}

/// Concludes from heartbeats and connections whether the service lives.
struct LivenessState: Sendable {
    /// How many intervals without a heartbeat make a peer stale.
    static let staleAfter = 3

    private(set) var liveness = Liveness.offline
    /// The last heartbeat.
    private(set) var heartbeat: HeartbeatMessage?
    /// The time between heartbeats, as observed; what the options say until two have come.
    private(set) var interval: Duration
    /// The last times between heartbeats, the newest last.
    private var gaps: [Duration] = []
    private static let gapCount = 4
    private static let shortestInterval: Duration = .milliseconds(50)
    /// How many intervals a gap may be long and yet be one, when the peer was taken for stale.
    private static let mostGrowth = 20
    private var lastSeen: ContinuousClock.Instant?
    private var isConnected = false

    init(interval: Duration) { self.interval = interval }

    /// When the peer becomes stale if no heartbeat comes; nil where it is not online.
    var deadline: ContinuousClock.Instant? {
        guard liveness == .online, let lastSeen else { return nil }
        return lastSeen + interval * Self.staleAfter
    }

    /// A heartbeat came; whether the liveness changed.
    mutating func received(_ heartbeat: HeartbeatMessage, now: ContinuousClock.Instant) -> Bool {
        if let previous = self.heartbeat, previous.identifier == heartbeat.identifier {
            // The sender's clock tells the interval even when heartbeats were late on the way. What cannot be one
            // (a clock that was set, two heartbeats in a row) changes nothing.
            let seconds = heartbeat.timestamp - previous.timestamp
            if seconds > 0.001, seconds < 3600 { learn(.seconds(seconds)) }
        }
        self.heartbeat = heartbeat
        lastSeen = now
        isConnected = true
        return become(.online)
    }

    /// The longest of the last gaps is the interval: a sender that was held up makes up for it with heartbeats in quick
    /// succession, which must not make its usual rhythm look like silence. A gap across a long silence tells nothing.
    private mutating func learn(_ gap: Duration) {
        guard liveness == .online || gap < interval * Self.mostGrowth else { return }
        gaps = gaps.suffix(Self.gapCount - 1) + [gap]
        interval = max(gaps.max() ?? gap, Self.shortestInterval)
    }

    /// The connection came or went; whether the liveness changed.
    mutating func connected(_ isConnected: Bool) -> Bool {
        self.isConnected = isConnected
        return isConnected ? false : become(.offline)
    }

    /// Time passed; whether the liveness changed.
    mutating func timePassed(now: ContinuousClock.Instant) -> Bool {
        guard let deadline, now >= deadline else { return false }
        return become(.stale)
    }

    private mutating func become(_ new: Liveness) -> Bool {
        defer { liveness = new }
        return liveness != new
    }
}
