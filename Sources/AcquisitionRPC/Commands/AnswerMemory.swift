import AcquisitionModel

/// The answers that were given lately, so that a command that comes again is answered again and does not run again.
///
/// ```
/// (unknown) ── begin ──> running ── answered ──> answered ── window ──> forgotten
///                                      └─ PENDING ──> pending ── ended ──> answered
/// ```
struct AnswerMemory: Sendable {
    /// Who asked what: the client, as it names itself or by its connection, and the nonce.
    struct Key: Sendable, Hashable {
        let client: [UInt8]
        let nonce: JSONValue
    }

    /// What a command is to be done with.
    enum Verdict: Sendable, Hashable {
        /// It has not been seen: it may run.
        case new
        /// It runs already: its sender gets the answer when there is one.
        case running
        /// It ran: the answer, and what was published as its result where that is out. The answer is nil where there
        /// was no room to keep it.
        case answered(reply: [UInt8]?, result: ApiCommandRequestResponse?)
        /// It runs already, and too many wait for its answer.
        case crowded
        /// Its nonce stands for another command.
        case conflict
        /// It cannot be remembered, so it must not run.
        case full
    }

    private struct Entry: Sendable {
        let digest: BodyDigest
        /// Who asked again while there was no answer.
        var waiting: [PeerAddress] = []
        var reply: [UInt8]?
        var isAnswered = false
        var isPending = false
        var result: ApiCommandRequestResponse?
        /// When it was last heard of; from then on the window counts.
        var time: ContinuousClock.Instant
    }

    private let window: Duration
    private var entries: [Key: Entry] = [:]
    private var order = DeadlineQueue<Key>()
    /// The bytes of the answers that are kept.
    private var size = 0

    /// So many commands are remembered at most; more are refused, since nothing may run twice.
    static let mostEntries = 100_000
    /// So many bytes of answers are kept at most; of more it is only known that they were given.
    static let mostBytes = 16 << 20
    /// So many who ask again wait for one answer at most.
    private static let mostWaiting = 64

    init(window: Duration) { self.window = window }

    var count: Int { entries.count }

    /// What becomes of a command. ``Verdict/new`` is not remembered before ``begin(_:_:now:)``.
    mutating func look(
        _ key: Key,
        _ digest: BodyDigest,
        from peer: PeerAddress,
        now: ContinuousClock.Instant
    ) -> Verdict {
        forgetOld(now: now)
        guard let entry = entries[key] else { return entries.count < Self.mostEntries ? .new : .full }
        guard entry.digest == digest else { return .conflict }
        guard entry.isAnswered else {
            guard entry.waiting.count < Self.mostWaiting else { return .crowded }
            entries[key]?.waiting.append(peer)
            return .running
        }
        return .answered(reply: entry.reply, result: entry.result)
    }

    /// The command runs from now on.
    mutating func begin(_ key: Key, _ digest: BodyDigest, now: ContinuousClock.Instant) {
        entries[key] = Entry(digest: digest, time: now)
    }

    /// The command has its first answer; who else waits for it.
    mutating func answered(
        _ key: Key,
        _ reply: [UInt8],
        isPending: Bool,
        now: ContinuousClock.Instant
    ) -> [PeerAddress] {
        guard var entry = entries[key], !entry.isAnswered else { return [] }
        entry.isAnswered = true
        // The result may have been published before the delegate said that it would come.
        entry.isPending = isPending && entry.result == nil
        if size + reply.count <= Self.mostBytes {
            entry.reply = reply
            size += reply.count
        }
        let waiting = entry.waiting
        entry.waiting = []
        entries[key] = entry
        touch(key, now: now)
        return waiting
    }

    /// The result of a pending command was published.
    mutating func ended(_ key: Key, _ result: ApiCommandRequestResponse, now: ContinuousClock.Instant) {
        guard let entry = entries[key], entry.result == nil, entry.isPending || !entry.isAnswered else { return }
        entries[key]?.isPending = false
        entries[key]?.result = result
        if entry.isAnswered { touch(key, now: now) }
    }

    private mutating func touch(_ key: Key, now: ContinuousClock.Instant) {
        entries[key]?.time = now
        if entries[key]?.isPending == false { order.append(now + window, key) }
    }

    private mutating func forgetOld(now: ContinuousClock.Instant) {
        guard let next = order.next, next <= now else { return }
        for key in order.takeDue(now: now) {
            guard let entry = entries[key], !entry.isPending, entry.time + window <= now else { continue }
            size -= entry.reply?.count ?? 0
            entries[key] = nil
        }
    }
}

/// What tells one body from another, in 24 bytes: its length and two hashes under the keys of this process, which
/// nobody outside knows.
struct BodyDigest: Sendable, Hashable {
    private let count: Int
    private let first: Int
    private let second: Int

    init(_ body: [UInt8]) {
        count = body.count
        var hashers = (Hasher(), Hasher())
        hashers.1.combine(1)
        body.withUnsafeBytes { bytes in
            hashers.0.combine(bytes: bytes)
            hashers.1.combine(bytes: bytes)
        }
        first = hashers.0.finalize()
        second = hashers.1.finalize()
    }
}
