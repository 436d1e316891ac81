import AcquisitionModel
package import Logging

/// Makes every line safe on its way to another handler: names, keys, nonces and errors that a peer chose cannot end a line,
/// forge another, or command a terminal. What the program itself gave its logger as metadata is left as it is.
struct SafeLogHandler: LogHandler {
    /// How long a value may be.
    static let maximumLength = 1_000
    private static let maximumDepth = 4

    private var base: any LogHandler

    init(_ base: any LogHandler) { self.base = base }

    var logLevel: Logger.Level {
        get { base.logLevel }
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
        var event = event
        event.message = "\(SafeText.clipped("\(event.message)", to: Self.maximumLength))"
        event.metadata = event.metadata.map { Self.safe($0, depth: 0) }
        base.log(event: event)
    }

    private static func safe(_ metadata: Logger.Metadata, depth: Int) -> Logger.Metadata {
        Dictionary(metadata.map { (SafeText.clipped($0), safe($1, depth: depth + 1)) }) { first, _ in first }
    }

    private static func safe(_ value: Logger.MetadataValue, depth: Int) -> Logger.MetadataValue {
        switch value {
        case .dictionary(let members) where depth < maximumDepth: .dictionary(safe(members, depth: depth))
        case .array(let values) where depth < maximumDepth: .array(values.map { safe($0, depth: depth + 1) })
        default: .string(SafeText.clipped("\(value)", to: maximumLength))
        }
    }
}

extension Logger {
    /// The same logger, through which no text that a peer chose reaches a log as it came.
    package var safe: Logger {
        if handler is SafeLogHandler { return self }
        var logger = self
        logger.handler = SafeLogHandler(handler)
        return logger
    }
}
