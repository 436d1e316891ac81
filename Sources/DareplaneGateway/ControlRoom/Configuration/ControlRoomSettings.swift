public import GatewayCore

/// What is a control room's own, beside its modules and macros: the table `[control_room]`.
public struct ControlRoomSettings: Sendable, Hashable {
    /// The Python that starts modules which do not name another one (`python`).
    public var python: String
    /// Where log records of modules are taken (`log_listen`, an address or `"off"`); nil for nowhere. Modules of Python
    /// send them to 127.0.0.1:9020 and nowhere else (`protocol/dareplane.md`, D18).
    public var logListen: ListenAddress?
    /// The time between two questions for liveness (`liveness_interval`; `protocol/dareplane.md`, D22).
    public var livenessInterval: Duration
    /// How long a module may take to answer a question (`answer_time`). The real control room waits 100 ms.
    public var answerTime: Duration
    /// How long a module may take to end when it is told to, before it is killed, and again what it started and left
    /// behind (`stop_time`).
    public var stopTime: Duration
    /// The largest callback, in bytes (`max_callback_size`).
    public var callbackSize: Int
    /// How many commands may wait for one module that does not read (`max_queued`); one more is refused.
    public var queuedCommands: Int
    /// The longest line of a module's output that is kept whole, in bytes (`max_line_size`).
    public var lineSize: Int
    /// The longest time that a control room takes to end: what stops it should have as much patience.
    public var longestStop: Duration { (stopTime.saturated * 2 + .seconds(2)).saturated }

    /// Settings.
    public init(
        python: String = "python3",
        logListen: ListenAddress? = ListenAddress(port: 9020),
        livenessInterval: Duration = .seconds(3),
        answerTime: Duration = .seconds(1),
        stopTime: Duration = .seconds(3),
        callbackSize: Int = 64 << 10,
        queuedCommands: Int = 1024,
        lineSize: Int = 4096
    ) {
        self.python = python
        self.logListen = logListen
        self.livenessInterval = livenessInterval
        self.answerTime = answerTime
        self.stopTime = stopTime
        self.callbackSize = callbackSize
        self.queuedCommands = queuedCommands
        self.lineSize = lineSize
    }

    /// Reads the table; what is not there has its default.
    public init(reading reader: TableReader) {
        self.init()
        python = reader.string("python") ?? python
        let log = reader.parsed("log_listen") { $0 == "off" ? nil : try ListenAddress($0, defaultPort: 9020) }
        if let log { logListen = log }
        livenessInterval = positive("liveness_interval", reader) ?? livenessInterval
        answerTime = positive("answer_time", reader) ?? answerTime
        stopTime = reader.duration("stop_time") ?? stopTime
        callbackSize = reader.integer("max_callback_size", in: 64...(16 << 20)) ?? callbackSize
        queuedCommands = reader.integer("max_queued", in: 1...1_000_000) ?? queuedCommands
        lineSize = reader.integer("max_line_size", in: 80...(1 << 20)) ?? lineSize
    }

    private func positive(_ key: String, _ reader: TableReader) -> Duration? {
        guard let duration = reader.duration(key) else { return nil }
        if duration >= .milliseconds(1) { return duration }
        reader.note(key, "must be 1 ms at least")
        return nil
    }
}
