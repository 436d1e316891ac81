import ArgumentParser
import ConsoleCommands
import Foundation
import Logging

/// What every command that serves is told about talking.
struct TalkOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Say nothing on standard error but warnings and errors.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "Say more on standard error; twice for everything.")
    var verbose: Int

    @Option(help: "How log lines look: text, json.")
    var logFormat: LogFormat = .text

    @Option(
        help: ArgumentHelp(
            "Log to this file instead of standard error. It may be moved at any time, as logrotate does.",
            valueName: "file"
        )
    )
    var logFile: String?

    /// What the command logs with.
    ///
    /// - Throws: ``GatewayFailure`` where the log file cannot be written.
    func logger() throws(GatewayFailure) -> Logger {
        let level: Logger.Level = quiet ? .warning : verbose == 0 ? .notice : verbose == 1 ? .info : .trace
        let output = try output()
        let environment = ProcessInfo.processInfo.environment
        let isColored = ColorChoice.auto.isColored(isTerminal: output.isTerminal, environment: environment)
        let logger = Logger(label: "rpc-gateway") { label in
            ConsoleLogHandler(
                label: label,
                format: logFormat,
                style: isColored ? .colored : .plain,
                output: output,
                logLevel: level
            )
        }
        ProgramStart.watchOutput { logger.error("\($0)") }
        return logger
    }

    private func output() throws(GatewayFailure) -> Output {
        do throws(OutputError) {
            return try logFile.map(ProgramStart.log) ?? .standardError
        } catch {
            throw GatewayFailure(.outputLost, ["The log file '\(logFile ?? "")' cannot be written: \(error)"])
        }
    }
}

/// Where the acquisition process is.
struct ServiceOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Where the acquisition process runs. (default: 127.0.0.1)", valueName: "name"))
    var host: String?

    @Option(help: ArgumentHelp("Its command port. (default: 5557)", valueName: "n"))
    var commandPort: UInt16?

    @Option(help: ArgumentHelp("Its event port. (default: 5556)", valueName: "n"))
    var subscriberPort: UInt16?

    /// The settings of a file, with what the command line says on top.
    func applied(to settings: ServiceSettings) -> ServiceSettings {
        var settings = settings
        settings.host = host ?? settings.host
        settings.commandPort = commandPort ?? settings.commandPort
        settings.subscriberPort = subscriberPort ?? settings.subscriberPort
        return settings
    }
}
