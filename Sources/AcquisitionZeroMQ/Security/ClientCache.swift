import AcquisitionRPC
import ZeroMQ

/// What was last read of the folder of clients, and what that is worth: decides without looking at a file or a clock.
struct ClientCache: Sendable {
    /// How long what.
    struct Limits: Sendable, Hashable {
        /// So long an answer counts without being checked, where the system tells of changes.
        var fresh: Duration = .seconds(1)
        /// So long a command waits for the files.
        var patience: Duration = .milliseconds(50)
        /// So long a handshake waits: for that, what was known last is not enough.
        var handshakePatience: Duration = .milliseconds(500)
        /// After this time without an answer, somebody is told.
        var silence: Duration = .seconds(1)
        /// So long what was known last counts, where the files do not answer.
        var lastKnown: Duration = .seconds(30)
    }

    /// What a look-up has to do.
    enum Step: Sendable, Hashable {
        /// Take what is known.
        case known
        /// Have the files read, and wait for this reading.
        case ask(Int)
        /// Do without: the files have not answered for too long.
        case late
    }

    /// What is known of a client where the files do not answer.
    enum LastKnown: Sendable, Hashable {
        case client(AuthorizedClient)
        /// This user was known, too long ago.
        case expired(user: String)
        case nobody
    }

    private let limits: Limits
    private(set) var contents = ClientDirectory.Contents()
    /// When the reading that gave these began.
    private var checkedAt: ContinuousClock.Instant?
    /// When the reading that is under way began.
    private var begunAt: ContinuousClock.Instant?
    /// Since when somebody waits for the files.
    private var waitingSince: ContinuousClock.Instant?
    private var asked = 0
    private var answered = 0
    /// Whether somebody was told that the files do not answer.
    private var isTold = false

    init(limits: Limits) { self.limits = limits }

    /// What a look-up does at this time.
    ///
    /// - Parameters:
    ///   - isQuiet: whether the system says that nothing has changed since the last reading.
    ///   - patience: how long the look-up would wait at the most.
    mutating func look(at now: ContinuousClock.Instant, isQuiet: Bool, within patience: Duration) -> Step {
        if isQuiet, let checkedAt, now - checkedAt < limits.fresh { return .known }
        // Who comes while the files hang does not wait once more.
        if let waitingSince, now - waitingSince >= patience { return .late }
        asked += 1
        waitingSince = waitingSince ?? now
        return .ask(asked)
    }

    /// Whether this reading, or a later one, has ended.
    func hasAnswered(_ reading: Int) -> Bool { answered >= reading }

    /// Whether there is something to be read.
    var mustRead: Bool { answered < asked }

    /// A reading begins; it answers everything that was asked so far.
    mutating func begin(at now: ContinuousClock.Instant) -> Int {
        begunAt = now
        return asked
    }

    /// A reading ends; nil for contents that are as they were.
    ///
    /// - Returns: whether somebody has to be told that the files answer again.
    mutating func end(_ reading: Int, _ new: ClientDirectory.Contents?, at now: ContinuousClock.Instant) -> Bool {
        if let new { contents = new }
        checkedAt = begunAt
        begunAt = nil
        answered = reading
        waitingSince = mustRead ? now : nil
        defer { isTold = false }
        return isTold
    }

    /// Whether somebody has to be told, once, that the files do not answer.
    mutating func mustTell(at now: ContinuousClock.Instant) -> Bool {
        guard !isTold, let waitingSince, now - waitingSince >= limits.silence else { return false }
        isTold = true
        return true
    }

    /// What is known of a client without the files.
    func lastKnown(_ key: CurveKey, at now: ContinuousClock.Instant) -> LastKnown {
        guard let checkedAt, let client = contents.clients[key] else { return .nobody }
        return now - checkedAt <= limits.lastKnown ? .client(client) : .expired(user: client.user)
    }
}
