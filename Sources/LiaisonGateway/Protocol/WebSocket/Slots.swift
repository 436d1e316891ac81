import Synchronization

/// A number of slots, for which one task waits.
struct Slots: Sendable {
    private let free: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init(_ count: Int) {
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
