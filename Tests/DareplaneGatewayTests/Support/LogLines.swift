import Logging
import Synchronization

/// Keeps what is logged, for a test that waits for a line.
final class LogLines: LogHandler, Sendable {
    private let stream: AsyncStream<String>
    private let inlet: AsyncStream<String>.Continuation

    init() { (stream, inlet) = AsyncStream.makeStream() }

    /// A logger that writes here.
    var logger: Logger { Logger(label: "test") { _ in self } }

    /// The next line that has all of these parts: `level message key=value …`. For one reader.
    func line(with parts: String...) async -> String? {
        await stream.first { line in parts.allSatisfy { line.contains($0) } }
    }

    func log(event: LogEvent) {
        let metadata = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        inlet.yield((["\(event.level)", "\(event.message)"] + metadata).joined(separator: " "))
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
