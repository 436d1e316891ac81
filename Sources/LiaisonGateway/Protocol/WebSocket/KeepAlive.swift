import Synchronization

/// Whether the other side still lives: it is asked at even distances, and anything that comes from it is an answer.
final class KeepAlive: Sendable {
    private struct State {
        var lastHeard = ContinuousClock.now
        /// While nothing is read, nothing can be heard.
        var isDeaf = false
    }

    private let state = Mutex(State())

    /// Something came.
    func heard() { state.withLock { $0.lastHeard = .now } }

    /// Nothing is read from now on, or it is again.
    func setDeaf(_ isDeaf: Bool) {
        state.withLock { state in
            state.isDeaf = isDeaf
            state.lastHeard = .now
        }
    }

    /// Asks with `ping` each `interval`, and returns when nothing came for `patience` after that.
    func run(interval: Duration, patience: Duration, ping: () -> Void) async throws {
        try await Task.sleep(for: interval, clock: .continuous)
        while true {
            let asked = ContinuousClock.now
            ping()
            try await Task.sleep(for: patience, clock: .continuous)
            guard state.withLock({ $0.isDeaf || $0.lastHeard >= asked }) else { return }
            try await Task.sleep(for: interval - patience, clock: .continuous)
        }
    }
}
