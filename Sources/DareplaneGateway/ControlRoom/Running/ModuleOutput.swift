import Synchronization

/// What the modules of a control room print and log, said once (see ``ModuleLines``).
final class ModuleOutput: Sendable {
    private let state = Mutex(State())
    private let say: @Sendable (ModuleLines.Item) -> Void
    private let wakes = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    private struct State {
        var lines = ModuleLines()
        /// Records may come: else no line waits for one.
        var hasRecords = false
    }

    /// - Parameter say: told what is to be said, by the threads that bring it.
    init(_ say: @escaping @Sendable (ModuleLines.Item) -> Void) { self.say = say }

    /// Log records are taken from now on.
    func takesRecords() { state.withLock { $0.hasRecords = true } }

    func printed(_ line: String, by module: String) {
        let line = line.withoutEscapeCodes
        guard !line.allSatisfy(\.isWhitespace) else { return }
        let items = state.withLock { state in
            state.hasRecords
                ? state.lines.printed(line, by: module, at: .now) : [ModuleLines.Item.line(module: module, line)]
        }
        for item in items { say(item) }
        wakes.continuation.yield()
    }

    func sent(_ record: LogRecord, by module: String?) {
        for item in state.withLock({ $0.lines.sent(record, by: module, at: .now) }) { say(item) }
    }

    func ended(_ module: String) {
        for item in state.withLock({ $0.lines.ended(module) }) { say(item) }
    }

    /// Says what has waited for long enough, until the task is cancelled.
    func run() async {
        for await _ in wakes.stream {
            while let deadline = state.withLock({ $0.lines.deadline }) {
                guard (try? await Task.sleep(until: deadline, clock: .continuous)) != nil else { return }
                for item in state.withLock({ $0.lines.timePassed(at: .now) }) { say(item) }
            }
        }
    }
}
