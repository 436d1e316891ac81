import Logging
import Synchronization

/// Keeps what is logged, and waits for a line.
final class LogRecorder: LogHandler, Sendable {
    private let state = Mutex(State())

    private struct State {
        var lines: [String] = []
        var waiting: [(accepts: @Sendable (String) -> Bool, continuation: CheckedContinuation<String, Never>)] = []
    }

    /// The first line, past or to come, that `accepts` takes.
    func line(_ accepts: @escaping @Sendable (String) -> Bool) async -> String {
        await withCheckedContinuation { continuation in
            let found = state.withLock { state in
                let found = state.lines.first(where: accepts)
                if found == nil { state.waiting.append((accepts, continuation)) }
                return found
            }
            if let found { continuation.resume(returning: found) }
        }
    }

    func log(event: LogEvent) {
        let metadata = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let line = (["\(event.level)", "\(event.message)"] + metadata).joined(separator: " ")
        let woken = state.withLock { state in
            state.lines.append(line)
            let woken = state.waiting.filter { $0.accepts(line) }
            state.waiting.removeAll { $0.accepts(line) }
            return woken
        }
        for waiter in woken { waiter.continuation.resume(returning: line) }
    }

    var metadata: Logger.Metadata {
        get { [:] }
        set { _ = newValue }
    }
    var logLevel: Logger.Level {
        get { .trace }
        set { _ = newValue }
    }
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set { _ = newValue }
    }
}
