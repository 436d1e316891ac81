import AcquisitionModel
import Foundation
import Logging

/// Passes log lines on to a handler, and to Dareplane's log server as a module's records.
struct LogServerHandler: LogHandler {
    /// What the log server hears: what became of commands, and everything that went wrong.
    static let level = Logger.Level.info
    /// How long the text of a record may be.
    private static let maximumLength = 4000

    private var base: any LogHandler
    private let sender: LogRecordSender
    private let name: String

    /// - Parameters:
    ///   - base: hears everything that it would hear by itself.
    ///   - name: the module's name.
    init(_ base: any LogHandler, _ sender: LogRecordSender, name: String) {
        self.base = base
        self.sender = sender
        self.name = name
    }

    var logLevel: Logger.Level {
        get { min(base.logLevel, Self.level) }
        set { base.logLevel = newValue }
    }

    var metadata: Logger.Metadata {
        get { base.metadata }
        set { base.metadata = newValue }
    }

    var metadataProvider: Logger.MetadataProvider? {
        get { base.metadataProvider }
        set { base.metadataProvider = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { base[metadataKey: key] }
        set { base[metadataKey: key] = newValue }
    }

    func log(event: LogEvent) {
        if event.level >= base.logLevel { base.log(event: event) }
        guard event.level >= Self.level else { return }
        let about = base.metadata.merging(base.metadataProvider?.get() ?? [:]) { $1 }
            .merging(event.metadata ?? [:]) { $1 }
            .sorted { $0.key < $1.key }
            .map { "\($0.key)=\($0.value)" }
        sender.send(
            OutgoingLogRecord(
                name: name,
                level: event.level,
                message: SafeText.clipped(
                    (["\(event.message)"] + about).joined(separator: " "),
                    to: Self.maximumLength
                ),
                file: event.file,
                function: event.function,
                line: event.line,
                created: Date().timeIntervalSince1970
            )
        )
    }
}

extension Logger {
    /// The same logger, of which a log server hears too.
    func sending(through sender: LogRecordSender?, name: String) -> Logger {
        guard let sender else { return self }
        var logger = self
        logger.handler = LogServerHandler(handler, sender, name: name)
        return logger
    }
}
