import AcquisitionModel

/// The answers that were given lately, so that a command that comes again is answered again and does not run again.
///
/// ```
/// (unknown) ── begin ──> running ── answered ──> answered ── window, or evicted ──> forgotten
///                                      └─ PENDING ──> pending ── ended ──> answered
/// ```
///
/// Each owner (a user, or where nobody is asked for a key a connection) has a share of its own, and the oldest answers
/// go first: nobody is refused, or forgotten, for what another one did. What is under way is never forgotten;
/// ``LoadLimits`` bounds that.
struct AnswerMemory: Sendable {
    /// Who asked what: the client, as it names itself or by its connection, and the nonce.
    struct Key: Sendable, Hashable {
        let client: [UInt8]
        let nonce: NonceKey
        /// Whether the command changes nothing, so that it may run again once it has ended.
        var isQuery = false
    }

    /// What a command is to be done with.
    enum Verdict: Sendable, Hashable {
        /// It has not been seen: it may run.
        case new
        /// It runs already: its sender gets the answer when there is one.
        case running
        /// It ran: the answer, and the message that was published as its result where that is out.
        case answered(reply: [UInt8], result: [UInt8]?)
        /// It ran, and there was no room to keep its answer or its result.
        case forgotten
        /// It runs already, and too many wait for its answer.
        case crowded
        /// Its nonce stands for another command.
        case conflict
    }

    /// How much is remembered, of one owner and in all.
    struct Limits: Sendable, Hashable {
        var commandsPerOwner = 8_192
        var commands = 65_536
        /// Bytes of the answers and results that are kept; of more it is only known that they were given.
        var bytesPerOwner = 4 << 20
        var bytes = 16 << 20
    }

    private struct Entry: Sendable {
        let serial: UInt64
        let digest: BodyDigest
        /// Whose share it counts for.
        let owner: [UInt8]
        /// Who asked again while there was no answer.
        var waiting: [PeerAddress] = []
        var reply: [UInt8]?
        var isAnswered = false
        /// Whether the answer was that a result would follow, and that is not out yet.
        var isPending = false
        var hasResult = false
        var result: [UInt8]?
        var isForgotten = false
        /// Until when it may come again and would be carried out, were it forgotten.
        let deadline: ContinuousClock.Instant?
        /// Until when it is remembered; nil while it is under way.
        var end: ContinuousClock.Instant?

        var size: Int { (reply?.count ?? 0) + (result?.count ?? 0) }
    }

    private struct Reference: Sendable {
        let key: Key
        let serial: UInt64
    }

    private struct Owner: Sendable {
        var ended = 0
        var bytes = 0
        /// Its commands that have ended, the oldest first, and which of them may still have bytes.
        var order = DeadlineQueue<Reference>()
        var withBytes = DeadlineQueue<Reference>()

        mutating func add(_ reference: Reference, until end: ContinuousClock.Instant) {
            ended += 1
            order.append(end, reference)
            withBytes.append(end, reference)
        }
    }

    private let window: Duration
    private let limits: Limits
    private var entries: [Key: Entry] = [:]
    private var owners: [[UInt8]: Owner] = [:]
    /// Of all owners.
    private var order = DeadlineQueue<Reference>()
    private var withBytes = DeadlineQueue<Reference>()
    private var lastSerial: UInt64 = 0
    /// How many have ended, and the bytes that are kept of them.
    private var ended = 0
    private(set) var bytes = 0
    /// How soon at the earliest it is looked again whether a deadline is over.
    private static let shortestPause: Duration = .milliseconds(100)
    /// So many who ask again wait for one answer at most.
    private static let maximumWaiting = 64

    init(window: Duration, limits: Limits = Limits()) {
        self.window = window
        self.limits = limits
    }

    var count: Int { entries.count }
    /// How many deadlines are kept; for tests.
    var deadlineCount: Int {
        order.count + withBytes.count + owners.values.reduce(0) { $0 + $1.order.count + $1.withBytes.count }
    }

    /// What becomes of a command. ``Verdict/new`` is not remembered before ``begin(_:_:owner:)``.
    mutating func look(
        _ key: Key,
        _ digest: BodyDigest,
        from peer: PeerAddress,
        now: ContinuousClock.Instant
    ) -> Verdict {
        forgetOld(now: now)
        guard let entry = entries[key] else { return .new }
        guard entry.digest == digest else { return .conflict }
        guard entry.isAnswered else {
            // One answer to each request: where a number in the envelope tells them apart, its copies wait for one.
            if peer.hasRequestID, entry.waiting.contains(peer) { return .running }
            guard entry.waiting.count < Self.maximumWaiting else { return .crowded }
            entries[key]?.waiting.append(peer)
            return .running
        }
        guard let reply = entry.reply, !entry.isForgotten else { return .forgotten }
        return .answered(reply: reply, result: entry.result)
    }

    /// The command runs from now on. It is remembered for the window after its end, and until its deadline in any case:
    /// what held up one that is given again may do so for longer than the window.
    mutating func begin(
        _ key: Key,
        _ digest: BodyDigest,
        owner: [UInt8],
        until deadline: ContinuousClock.Instant? = nil
    ) {
        lastSerial += 1
        entries[key] = Entry(serial: lastSerial, digest: digest, owner: owner, deadline: deadline)
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
        entry.isPending = isPending && !entry.hasResult
        entry.reply = reply
        let waiting = entry.waiting
        entry.waiting = []
        entries[key] = entry
        grow(entry.owner, by: reply.count)
        if !entry.isPending { end(key, now: now) }
        return waiting
    }

    /// The result of a pending command was published, as this message.
    mutating func ended(_ key: Key, _ result: [UInt8], now: ContinuousClock.Instant) {
        guard let entry = entries[key], !entry.hasResult, entry.isPending || !entry.isAnswered else { return }
        entries[key]?.isPending = false
        entries[key]?.hasResult = true
        entries[key]?.result = result
        grow(entry.owner, by: result.count)
        if entry.isAnswered { end(key, now: now) }
    }

    // MARK: - The end of a command

    private mutating func end(_ key: Key, now: ContinuousClock.Instant) {
        guard let entry = entries[key] else { return }
        guard !key.isQuery else { return forget(key) }
        let reference = Reference(key: key, serial: entry.serial)
        let end = now.saturating(adding: window)
        entries[key]?.end = end
        order.append(end, reference)
        owners[entry.owner, default: Owner()].add(reference, until: end)
        withBytes.append(end, reference)
        ended += 1
        makeRoom(for: entry.owner)
        dropPassed(entry.owner)
    }

    private mutating func grow(_ owner: [UInt8], by count: Int) {
        owners[owner, default: Owner()].bytes += count
        bytes += count
    }

    /// Evicts the oldest: of the owner where that has more than its share, of whoever has the oldest where all together
    /// have too many.
    private mutating func makeRoom(for owner: [UInt8]) {
        while owners[owner]?.ended ?? 0 > limits.commandsPerOwner { evictOldest(of: owner) }
        while owners[owner]?.bytes ?? 0 > limits.bytesPerOwner,
            let reference = owners[owner]?.withBytes.takeFirst()
        {
            dropBytes(reference)
        }
        while ended > limits.commands, let reference = order.takeFirst() {
            if isCurrent(reference) { forget(reference.key) }
        }
        while bytes > limits.bytes, let reference = withBytes.takeFirst() { dropBytes(reference) }
    }

    private mutating func evictOldest(of owner: [UInt8]) {
        while let reference = owners[owner]?.order.takeFirst() {
            guard isCurrent(reference) else { continue }
            return forget(reference.key)
        }
    }

    private mutating func dropBytes(_ reference: Reference) {
        guard isCurrent(reference), let entry = entries[reference.key], entry.size > 0 else { return }
        entries[reference.key]?.reply = nil
        entries[reference.key]?.result = nil
        entries[reference.key]?.isForgotten = true
        grow(entry.owner, by: -entry.size)
    }

    private func isCurrent(_ reference: Reference) -> Bool { Self.isCurrent(reference, in: entries) }

    private static func isCurrent(_ reference: Reference, in entries: [Key: Entry]) -> Bool {
        guard let entry = entries[reference.key] else { return false }
        return entry.serial == reference.serial && entry.end != nil
    }

    private mutating func forgetOld(now: ContinuousClock.Instant) {
        guard let next = order.next, next <= now else { return }
        for reference in order.takeDue(now: now) where isCurrent(reference) {
            if let deadline = entries[reference.key]?.deadline, deadline > now {
                order.append(now.saturating(adding: max(window, Self.shortestPause)), reference)
                continue
            }
            let owner = entries[reference.key]?.owner
            forget(reference.key)
            if let owner { dropPassed(owner) }
        }
    }

    private mutating func forget(_ key: Key) {
        guard let entry = entries.removeValue(forKey: key) else { return }
        grow(entry.owner, by: -entry.size)
        if entry.end != nil {
            ended -= 1
            owners[entry.owner]?.ended -= 1
        }
        if owners[entry.owner]?.ended == 0, owners[entry.owner]?.bytes == 0 { owners[entry.owner] = nil }
    }

    /// Lets go of the references to what is forgotten.
    private mutating func dropPassed(_ owner: [UInt8]) {
        let entries = entries
        let isOver: (Reference) -> Bool = { !Self.isCurrent($0, in: entries) }
        order.discard(live: ended, isOver)
        withBytes.discard(live: ended, isOver)
        guard let live = owners[owner]?.ended else { return }
        owners[owner]?.order.discard(live: live, isOver)
        owners[owner]?.withBytes.discard(live: live, isOver)
    }
}
