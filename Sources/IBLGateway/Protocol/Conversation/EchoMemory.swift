/// Messages that went out a moment ago, by which late echoes and copies of echoes are known again.
struct EchoMemory: Sendable {
    private struct Entry {
        let bytes: [UInt8]
        let end: ContinuousClock.Instant
        /// Whether one more of it is owed, and no second one.
        let isOnce: Bool
    }

    private var entries: [Entry] = []
    private static let most = 8

    /// Remembers a message until `end`, or until it was met once; the oldest of many is forgotten.
    mutating func add(_ bytes: [UInt8], until end: ContinuousClock.Instant, isOnce: Bool = false) {
        entries.removeAll { $0.bytes == bytes }
        if entries.count == Self.most { entries.removeFirst() }
        entries.append(Entry(bytes: bytes, end: end, isOnce: isOnce))
    }

    /// Whether a message is remembered at `now`. One that is owed once is forgotten by that.
    mutating func meet(_ bytes: [UInt8], at now: ContinuousClock.Instant) -> Bool {
        forget(at: now)
        guard let place = entries.firstIndex(where: { $0.bytes == bytes }) else { return false }
        if entries[place].isOnce { entries.remove(at: place) }
        return true
    }

    /// What is remembered at `now`.
    mutating func all(at now: ContinuousClock.Instant) -> [[UInt8]] {
        forget(at: now)
        return entries.map(\.bytes)
    }

    /// Forgets a message.
    mutating func remove(_ bytes: [UInt8]) { entries.removeAll { $0.bytes == bytes } }

    private mutating func forget(at now: ContinuousClock.Instant) {
        entries.removeAll { $0.end <= now }
    }
}
