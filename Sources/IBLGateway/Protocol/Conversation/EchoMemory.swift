/// Messages that came or went a moment ago, by which late echoes and copies made on the way are known again.
struct EchoMemory: Sendable {
    private struct Entry {
        let bytes: [UInt8]
        let end: ContinuousClock.Instant
    }

    private var entries: [Entry] = []
    private static let most = 8

    /// Remembers a message until `end`; the oldest of many is forgotten.
    mutating func add(_ bytes: [UInt8], until end: ContinuousClock.Instant) {
        entries.removeAll { $0.bytes == bytes }
        if entries.count == Self.most { entries.removeFirst() }
        entries.append(Entry(bytes: bytes, end: end))
    }

    /// Whether a message is remembered at `now`.
    mutating func contains(_ bytes: [UInt8], at now: ContinuousClock.Instant) -> Bool {
        forget(at: now)
        return entries.contains { $0.bytes == bytes }
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
