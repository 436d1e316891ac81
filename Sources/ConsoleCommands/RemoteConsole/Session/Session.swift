import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Logging

/// What a command works with: the connection, the settings, and where to write.
struct Session: Sendable {
    let settings: ConsoleSettings
    let client: RpcClient
    let out: Output
    let err: Output
    /// The style on ``out``.
    let style: TextStyle
    let logger: Logger
    /// What is known about the peer's release.
    private(set) var peer: PeerDialect
    /// The commands of this session whose result is still to come.
    private(set) var pending = PendingCommands()
    /// Whether standard output is JSON.
    var json: Bool
    /// Whether the interactive prompt runs: the terminal is shared then.
    var isInteractive = false
    /// What becomes of a pending command; nil where its result is waited for in any case.
    var aside: Aside?

    /// The result of a pending command is waited for aside, while other commands run.
    struct Aside: Sendable {
        /// Whether `--wait` makes the other commands wait.
        var obeysWait: Bool
        /// Called when a command turns out to be pending, and the next one may run.
        var letGo: @Sendable () -> Void
    }

    /// A session over ZeroMQ with the process's own outputs.
    ///
    /// - Throws: ``CommandFailure`` for a host that cannot be one.
    init(_ settings: ConsoleSettings, json: Bool) throws(CommandFailure) {
        let credentials = try settings.credentials()
        do throws(RpcClientError) {
            let client = try createApiClient(
                host: settings.host.value,
                commandPort: settings.commandPort.value,
                subscriberPort: settings.subscriberPort.value,
                credentials: credentials,
                options: ClientOptions(
                    timeout: settings.timeout.value.duration,
                    retries: Int(settings.retries.value)
                )
            )
            self.init(settings, client: client, json: json, out: .standardOutput, err: .standardError)
            logger.info(
                "Connecting",
                metadata: ["commands": "\(settings.commandEndpoint)", "events": "\(settings.subscriberEndpoint)"]
            )
        } catch {
            throw CommandFailure(.usage, error.message)
        }
    }

    /// A session over any client.
    init(_ settings: ConsoleSettings, client: RpcClient, json: Bool, out: Output, err: Output) {
        self.settings = settings
        self.client = client
        self.json = json
        self.out = out
        self.err = err
        let color = settings.talk.color.value
        let isColored = { (output: Output) in
            color.isColored(isTerminal: output.isTerminal, environment: settings.environment)
        }
        style = TextStyle(isColored: isColored(out))
        let handler = ConsoleLogHandler(
            label: ConsoleSettings.tool,
            format: settings.talk.logFormat.value,
            style: TextStyle(isColored: isColored(err)),
            output: err,
            logLevel: settings.talk.logLevel
        )
        logger = Logger(label: ConsoleSettings.tool) { _ in handler }
        peer = PeerDialect(chosen: settings.dialect.value.dialect)
    }

    /// The same session with other outputs.
    init(_ other: Session, out: Output, err: Output) {
        self.init(other.settings, client: other.client, json: other.json, out: out, err: err)
        peer = other.peer
        pending = other.pending
    }

    /// How long to wait for an answer.
    var timeout: Duration { settings.timeout.value.duration }

    // MARK: - Talk

    /// Says something on standard error that is not data; `-q` silences it.
    ///
    /// - Parameter hint: what to do next.
    func note(_ text: String, hint: String? = nil) {
        guard !settings.talk.isQuiet else { return }
        switch errorFormat {
        case .text: try? err.lines([text] + (hint.map { ["  \($0)"] } ?? []))
        case .json: try? err.line(FailureReport.json("notice", text, hint: hint, tool: ConsoleSettings.tool))
        }
    }

    /// How standard error is written: whoever wants JSON wants it there too.
    private var errorFormat: LogFormat { json ? .json : settings.talk.logFormat.value }

    /// Says what went wrong, on standard error.
    func report(_ failure: CommandFailure) {
        FailureReport.write(
            failure,
            to: err,
            format: errorFormat,
            isColored: settings.talk.color.value.isColored(
                isTerminal: err.isTerminal,
                environment: settings.environment
            )
        )
    }
}
