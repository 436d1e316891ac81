import Synchronization

/// Ends some work after a time if a condition holds then.
final class Watchdog: Sendable {
    private let limit: Duration
    private let verdict: @Sendable () -> (any Error)?
    private let timer = Mutex<Task<Void, Never>?>(nil)
    private let error = Mutex<(any Error)?>(nil)

    /// - Parameter verdict: asked after `limit`; the error with which the work ends, nil to let it go on.
    init(after limit: Duration, verdict: @escaping @Sendable () -> (any Error)?) {
        self.limit = limit
        self.verdict = verdict
    }

    /// Runs the work.
    func run<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let task = Task { try await work() }
        let timer = Task { [self] in
            guard (try? await Task.sleep(for: limit)) != nil, let found = verdict() else { return }
            error.withLock { $0 = found }
            task.cancel()
        }
        self.timer.withLock { $0 = timer }
        do {
            return try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
        } catch let cancelled as CancellationError {
            throw error.withLock { $0 } ?? cancelled
        }
    }

    func cancel() { timer.withLock { $0 }?.cancel() }
}
