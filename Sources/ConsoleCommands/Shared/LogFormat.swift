import AcquisitionModel
import ArgumentParser
import Foundation
package import Logging

/// How log lines look.
package enum LogFormat: String, Sendable, CaseIterable, ExpressibleByArgument {
    case text, json
}

/// What the tools log with: lines with milliseconds on standard error, as text or as one JSON object each.
package struct ConsoleLogHandler: LogHandler {
    let label: String
    let format: LogFormat
    let style: TextStyle
    let output: Output
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]

    package init(
        label: String,
        format: LogFormat,
        style: TextStyle,
        output: Output,
        logLevel: Logger.Level,
        metadata: Logger.Metadata = [:]
    ) {
        self.label = label
        self.format = format
        self.style = style
        self.output = output
        self.logLevel = logLevel
        self.metadata = metadata
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let metadata = self.metadata.merging(event.metadata ?? [:]) { $1 }
        let message = "\(event.message)"
        let line =
            switch format {
            case .text: Self.text(event.level, message, metadata, at: Date(), style: style)
            case .json: Self.json(event.level, message, metadata, label: label, at: Date())
            }
        try? output.line(line)
    }

    /// A line for people.
    static func text(
        _ level: Logger.Level,
        _ message: String,
        _ metadata: Logger.Metadata,
        at date: Date,
        style: TextStyle
    ) -> String {
        let name =
            switch level {
            case .trace, .debug, .info: style.dim("\(level)")
            case .notice: style.good("\(level)")
            case .warning: style.warning("\(level)")
            case .error, .critical: style.bad("\(level)")
            }
        // Whoever logs, and whatever a peer has put into it: a line is one line, and commands no terminal.
        let pairs = metadata.sorted { $0.key < $1.key }.map { key, value in
            " \(style.label(SafeText.of(key) + "="))\(SafeText.of("\(value)"))"
        }
        return "\(style.dim(WallClock.timeOfDay(date))) \(name): \(SafeText.of(message))\(pairs.joined())"
    }

    /// A line for programs.
    static func json(
        _ level: Logger.Level,
        _ message: String,
        _ metadata: Logger.Metadata,
        label: String,
        at date: Date
    ) -> String {
        var line = JSONLine()
        line["time"] = .string(WallClock.timestamp(date))
        line["level"] = .string("\(level)")
        line["label"] = .string(label)
        line["message"] = .string(SafeText.of(message))
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            line[SafeText.of(key)] = .string(SafeText.of("\(value)"))
        }
        return line.description
    }
}
