import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Foundation
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
                command: settings.commandEndpoint,
                subscriber: settings.subscriberEndpoint,
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
            throw CommandFailure(.usage, error.message, hint: "Is '\(settings.host.value)' the name of a machine?")
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
    func note(_ text: String) {
        guard !settings.talk.isQuiet else { return }
        switch settings.talk.logFormat.value {
        case .text: try? err.line(text)
        case .json: try? err.line(ConsoleLogHandler.json(.notice, text, [:], label: ConsoleSettings.tool, at: Date()))
        }
    }

    /// Says what went wrong, on standard error.
    func report(_ failure: CommandFailure) {
        FailureReport.write(
            failure,
            to: err,
            format: settings.talk.logFormat.value,
            isColored: settings.talk.color.value.isColored(
                isTerminal: err.isTerminal,
                environment: settings.environment
            )
        )
    }
}

/// How failures are told.
enum FailureReport {
    static func write(_ failure: CommandFailure, to output: Output, format: LogFormat, isColored: Bool) {
        guard !failure.message.isEmpty else { return }
        switch format {
        case .text:
            let style = TextStyle(isColored: isColored)
            try? output.line("\(style.bad("error:")) \(failure.message)")
            if let hint = failure.hint { try? output.line("  \(hint)") }
        case .json:
            let message = [failure.message, failure.hint].compactMap { $0 }.joined(separator: " ")
            try? output.line(ConsoleLogHandler.json(.error, message, [:], label: ConsoleSettings.tool, at: Date()))
        }
    }
}
