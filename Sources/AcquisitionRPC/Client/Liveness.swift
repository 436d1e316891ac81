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
    private var rhythm: HeartbeatRhythm
    private var lastSeen: ContinuousClock.Instant?

    init(interval: Duration) { rhythm = HeartbeatRhythm(expected: interval) }

    /// The time between heartbeats, as observed; what the options say until two have come.
    var interval: Duration { rhythm.interval }

    /// When the peer becomes stale if no heartbeat comes; nil where it is not online.
    var deadline: ContinuousClock.Instant? {
        guard liveness == .online, let lastSeen else { return nil }
        return lastSeen.saturating(adding: interval.saturating(multipliedBy: Self.staleAfter))
    }

    /// When connections are made anew if no heartbeat comes; nil where none ever came. Two have been missed by then, and it
    /// is early enough for a command to get through within three intervals.
    var renewalTime: ContinuousClock.Instant? {
        lastSeen?.saturating(adding: interval.saturating(multipliedBy: 5) / 2)
    }

    /// A heartbeat came; whether the liveness changed.
    mutating func received(_ heartbeat: HeartbeatMessage, now: ContinuousClock.Instant) -> Bool {
        let isSameStart =
            self.heartbeat.map { $0.identifier == heartbeat.identifier && $0.epoch == heartbeat.epoch } ?? false
        if isSameStart, let lastSeen {
            rhythm.learn(now - lastSeen, isAfterSilence: liveness != .online)
        } else {
            rhythm.startOver()
        }
        self.heartbeat = heartbeat
        lastSeen = now
        return become(.online)
    }

    /// The connection came or went; whether the liveness changed.
    mutating func connected(_ isConnected: Bool) -> Bool {
        isConnected ? false : become(.offline)
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
