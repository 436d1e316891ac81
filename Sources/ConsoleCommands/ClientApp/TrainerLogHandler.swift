import AcquisitionModel
import Foundation
import Logging

/// Writes log lines with milliseconds, one a line.
struct TrainerLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level
    let label: String
    let isJSON: Bool
    let write: @Sendable (String) -> Void

    init(label: String, level: Logger.Level, isJSON: Bool, write: @escaping @Sendable (String) -> Void) {
        self.label = label
        self.isJSON = isJSON
        logLevel = level
        self.write = write
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        if isJSON {
            return write(ConsoleLogHandler.json(event.level, "\(event.message)", all, label: label, at: Date()))
        }
        let details = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        write("\(ClockTime.now) \(event.level) \(label): \(SafeText.of("\(event.message)\(details)"))")
    }
}
