import GatewayCore
import Synchronization

/// Keeps what several want to send apart: each gets a time of its own.
final class Turns: Sendable {
    private let gap: Duration?
    private let next = Mutex(ContinuousClock.now)

    /// - Parameter gap: the time between two of them; nil for none.
    init(gap: Duration?) { self.gap = gap?.saturated }

    /// Waits until it is one's turn. Whoever came first goes first.
    ///
    /// - Throws: `CancellationError` where the task is cancelled.
    func wait() async throws {
        guard let gap else { return }
        let turn = next.withLock { next in
            let turn = max(next, .now)
            next = min(turn + gap, ContinuousClock.now.saturating(adding: .longest))
            return turn
        }
        try await Task.sleep(until: turn, clock: .continuous)
    }
}
