/// Bounds what a peer can make an audit file grow by: entries about requests that were not carried out are written as
/// long as their sender does not send many, and counted beyond that; the count becomes an entry too.
///
/// Entries about commands that ran are never given to it.
struct AuditLimiter: Sendable {
    /// What is counted together.
    struct Kind: Sendable, Hashable {
        /// The word under `entry` of what is counted.
        var entry: String
        /// What the requests were answered, where that tells them apart.
        var outcome: String?
        /// Who sent them, as far as that is known.
        var user: String?
        var address: String?
    }

    /// An amount of entries that may be written, filled up again as time goes by.
    private struct Bucket: Sendable {
        var tokens: Double
        var filledAt: Int

        mutating func take(capacity: Double, perSecond: Double, at now: Int) -> Bool {
            tokens = min(capacity, tokens + Double(max(0, now - filledAt)) / 1e6 * perSecond)
            filledAt = now
            guard tokens >= 1 else { return false }
            tokens -= 1
            return true
        }
    }

    private struct Source: Sendable {
        var bucket: Bucket
        var count = 0
        /// The first one that was counted.
        var since = AuditTime(wall: 0, monotonic: 0)
    }

    /// How many entries of one kind and sender are written at once, and then in each second.
    static let burst = 10
    static let perSecond = 1
    /// How many of all kinds and senders.
    static let burstInAll = 100
    static let perSecondInAll = 10
    /// How many kinds and senders are told apart; the others are counted without their names.
    static let maximumSources = 64
    /// For how long is counted before an entry says so, in microseconds.
    static let pause = 2_000_000

    private var sources: [Kind: Source] = [:]
    private var all = Bucket(tokens: Double(burstInAll), filledAt: 0)
    private(set) var isCounting = false

    /// Whether an entry of this kind is to be written; counts it otherwise.
    mutating func admits(_ kind: Kind, at time: AuditTime) -> Bool {
        let now = time.monotonic
        let kind = known(kind, at: now)
        var source = sources[kind] ?? Source(bucket: Bucket(tokens: Double(Self.burst), filledAt: now))
        defer { sources[kind] = source }
        // While there is a count, it goes on: what is written after it came after it.
        if source.count == 0,
            source.bucket.take(capacity: Double(Self.burst), perSecond: Double(Self.perSecond), at: now),
            all.take(capacity: Double(Self.burstInAll), perSecond: Double(Self.perSecondInAll), at: now)
        {
            return true
        }
        if source.count == 0 { source.since = time }
        source.count += 1
        isCounting = true
        return false
    }

    /// The entries for what was counted long enough; for everything where no more will come.
    mutating func take(at time: AuditTime, isLast: Bool = false) -> [AuditEntry] {
        guard isCounting else { return [] }
        let due = sources.filter { _, source in
            source.count > 0 && (isLast || time.monotonic - source.since.monotonic >= Self.pause)
        }
        for kind in due.keys { sources[kind]?.count = 0 }
        isCounting = sources.contains { $0.value.count > 0 }
        return due.sorted { $0.value.since.monotonic < $1.value.since.monotonic }.map { kind, source in
            AuditEntry(.summary(kind, count: source.count, since: source.since), at: time)
        }
    }

    /// The kind itself, or the one without a sender where too many are told apart.
    private mutating func known(_ kind: Kind, at now: Int) -> Kind {
        let isFull = sources.count >= Self.maximumSources
        guard isFull, sources[kind] == nil else { return kind }
        // Those whose bucket is full again are as good as new.
        let idle = Self.burst / Self.perSecond * 1_000_000
        sources = sources.filter { $0.value.count > 0 || now - $0.value.bucket.filledAt < idle }
        return sources.count < Self.maximumSources ? kind : Kind(entry: kind.entry, outcome: kind.outcome)
    }
}
