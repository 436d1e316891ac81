import GatewayCore
import Synchronization

/// Whether the other side still lives: it is asked at even distances, and anything that comes from it is an answer.
struct KeepAlive: Sendable {
    private let patience: Duration
    /// When it was asked first since it was heard last.
    private var asked: ContinuousClock.Instant?
    /// While nothing is read, nothing can be heard.
    private var isDeaf = false

    init(patience: Duration) { self.patience = patience }

    /// Something came.
    mutating func heard() { asked = nil }

    /// Nothing is read from now on, or it is again.
    mutating func setDeaf(_ isDeaf: Bool) {
        self.isDeaf = isDeaf
        heard()
    }

    /// Asks again; false where it is in vain, since it did not answer in time.
    mutating func ask(now: ContinuousClock.Instant) -> Bool {
        guard !isDeaf else { return true }
        let first = asked ?? now
        asked = first
        return now == first || now - first < patience
    }
}

/// A ``KeepAlive`` that several tasks share.
final class KeepAliveWatch: Sendable {
    private let state: Mutex<KeepAlive>
    private let interval: Duration

    init(interval: Duration, patience: Duration) {
        self.interval = interval.saturated
        state = Mutex(KeepAlive(patience: patience))
    }

    /// Something came.
    func heard() { state.withLock { $0.heard() } }

    /// Nothing is read from now on, or it is again.
    func setDeaf(_ isDeaf: Bool) { state.withLock { $0.setDeaf(isDeaf) } }

    /// Asks with `ping` at even distances, and returns when there is no answer in time.
    func run(ping: () -> Void) async throws {
        repeat {
            try await Task.sleep(for: interval, clock: .continuous)
            ping()
        } while state.withLock { $0.ask(now: .now) }
    }
}
