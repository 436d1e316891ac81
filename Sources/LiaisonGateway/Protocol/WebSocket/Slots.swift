import Synchronization

/// A number of slots, for which one task waits.
struct Slots: Sendable {
    private let free: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    private static let most = 100_000

    /// So many; one at least, and no more than a connection can ever need.
    init(_ count: Int) {
        let count = min(max(1, count), Self.most)
        (free, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(count))
        for _ in 0..<count { continuation.yield() }
    }

    /// Gives one back.
    func giveBack() { continuation.yield() }

    /// Whoever waits for one, waits in vain.
    func close() { continuation.finish() }

    /// Takes one, when there is one; false where the task was cancelled before, or there will be none.
    func take() async -> Bool {
        for await _ in free { return true }
        return false
    }
}
