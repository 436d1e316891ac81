/// The datagrams that one peer sent a moment ago, by which a repetition is known.
///
/// Only the message just before can be repeated: of `start`, `stop`, `start` the last one is meant. What is marked with
/// blanks at its end is known for longer, since its sender marks the next message differently.
struct HeardMessages: Sendable {
    /// What a datagram is.
    enum Verdict: Sendable, Hashable {
        /// A message of its own.
        case new
        /// The same message once more.
        case repetition
        /// The same message, so often that two must be echoing each other (`protocol/iblutil.md`, I11).
        case endless
    }

    private struct Entry {
        let bytes: [UInt8]
        var at: ContinuousClock.Instant
        /// How often it came, less what a peer may send in the time that has passed.
        var level: Double
    }

    /// How many messages are kept in mind: less than there are marks, so that no mark comes round again.
    private static let maximum = 8
    /// How often a message may come at once, and how often a second after that. Peers ask a few hundred times a second at
    /// the most; two that echo each other do so thousands of times.
    private static let burst = 1000.0
    private static let rate = 500.0

    private let window: Duration
    /// The newest last.
    private var entries: [Entry] = []

    /// - Parameter window: how long after a message its repetition may come. Zero for never.
    init(window: Duration) { self.window = window }

    /// A datagram came.
    mutating func hear(_ bytes: [UInt8], now: ContinuousClock.Instant) -> Verdict {
        entries.removeAll { now - $0.at >= window }
        guard let place = entries.firstIndex(where: { $0.bytes == bytes }) else {
            if entries.count == Self.maximum { entries.removeFirst() }
            entries.append(Entry(bytes: bytes, at: now, level: 1))
            return .new
        }
        let isNewest = place == entries.count - 1
        var entry = entries.remove(at: place)
        entry.level = max(0, entry.level - (now - entry.at) / .seconds(1) * Self.rate) + 1
        entry.at = now
        entries.append(entry)
        if entry.level > Self.burst { return .endless }
        return isNewest || Self.isMarked(bytes) ? .repetition : .new
    }

    /// Whether a datagram ends with the blanks with which this package marks what it sends.
    static func isMarked(_ bytes: [UInt8]) -> Bool {
        bytes.last == UInt8(ascii: " ") || bytes.last == UInt8(ascii: "\t")
    }
}
