import Logging
import Synchronization

/// Keeps the lines that are logged.
final class LineCollector: Sendable {
    private let level: Logger.Level
    private let lines = Mutex<[String]>([])
    private let action = Mutex<Action>(Action())

    private struct Action {
        var function: (@Sendable (String) -> Void)?
    }

    init(level: Logger.Level = .trace) { self.level = level }

    /// What was logged so far, each line with its level and its metadata in the order of the keys.
    var all: [String] { lines.withLock { $0 } }

    /// A logger that logs here.
    var logger: Logger { Logger(label: "test") { _ in Handler(lines: self, logLevel: self.level) } }

    /// Has `function` called with each line from now on.
    func onLine(_ function: @escaping @Sendable (String) -> Void) { action.withLock { $0.function = function } }

    private func take(_ line: String) {
        lines.withLock { $0.append(line) }
        let function = action.withLock { $0 }.function
        function?(line)
    }

    private struct Handler: LogHandler {
        let lines: LineCollector
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level

        init(lines: LineCollector, logLevel: Logger.Level) {
            self.lines = lines
            self.logLevel = logLevel
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
            let pairs = all.map { "\($0.key)=\($0.value)" }
            lines.take((["\(event.level)", "\(event.message)"] + pairs).joined(separator: " "))
        }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
    }
}
