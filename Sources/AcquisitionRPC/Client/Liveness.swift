import AcquisitionModel

/// What is known about the service at the other end.
public enum Liveness: Sendable, Hashable {
    /// Heartbeats come.
    case online
    /// There is a connection, and no heartbeat came for three intervals.
    case stale
    /// There is a connection, for commands or for what is published, and no heartbeat came over it yet. Commands may
    /// well be answered. Where it stays so, the service sends no heartbeats, or the connection for what is published is
    /// another program's.
    case connected
    /// There is no connection.
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
    private var connections: Set<Connection> = []
    /// A connection on which heartbeats came has ended since the last one: who sends the next may be another start of the
    /// service, and the time until then is no interval.
    private var isInterrupted = false

    /// What a service is reached over.
    enum Connection: Sendable, Hashable {
        case commands, events
    }

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
        if isSameStart, !isInterrupted, let lastSeen {
            rhythm.learn(now - lastSeen, isAfterSilence: liveness != .online)
        } else {
            rhythm.startOver()
        }
        self.heartbeat = heartbeat
        isInterrupted = false
        lastSeen = now
        return become(.online)
    }

    /// A connection came or went; whether the liveness changed.
    mutating func connected(_ isConnected: Bool, _ connection: Connection) -> Bool {
        if isConnected {
            connections.insert(connection)
            return liveness == .offline ? become(.connected) : false
        }
        connections.remove(connection)
        let areHeartbeatsLost = connection == .events && liveness == .online
        if areHeartbeatsLost { isInterrupted = true }
        if connections.isEmpty { return become(.offline) }
        // One that is silent remains so while its connection is renewed for that.
        return areHeartbeatsLost ? become(.connected) : false
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
