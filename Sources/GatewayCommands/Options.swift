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

    @Option(help: "How log lines look: text, json. (default: text, with --json json)")
    var logFormat: LogFormat?

    @Flag(help: "One JSON object a line, on standard output and on standard error.")
    var json = false

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
        let format = logFormat ?? (json ? .json : .text)
        let output = try output(format)
        let environment = ProcessInfo.processInfo.environment
        let isColored = ColorChoice.auto.isColored(isTerminal: output.isTerminal, environment: environment)
        let logger = Logger(label: "rpc-gateway") { label in
            ConsoleLogHandler(
                label: label,
                format: format,
                style: isColored ? .colored : .plain,
                output: output,
                logLevel: level
            )
        }
        ProgramStart.watchOutput { logger.error("\($0)") }
        return logger
    }

    private func output(_ format: LogFormat) throws(GatewayFailure) -> Output {
        do throws(OutputError) {
            return try logFile.map { path throws(OutputError) in try ProgramStart.log(to: path, format) }
                ?? .standardError
        } catch {
            throw GatewayFailure(.outputLost, ["The log file '\(logFile ?? "")' cannot be written: \(error)"])
        }
    }
}

/// Where the acquisition process is.
struct ServiceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where the acquisition process runs: a name, an address, or ipc:// and its folder of Unix sockets. Its command "
                + "port may stand behind it: rig-1:5557, [::1]:5557. (default: 127.0.0.1)",
            valueName: "name"
        ),
        transform: HostArgument.parse
    )
    var host: HostArgument?

    @Option(help: ArgumentHelp("Its command port. (default: 5557)", valueName: "n"), transform: NumberArgument.port)
    var commandPort: UInt16?

    @Option(help: ArgumentHelp("Its event port. (default: 5556)", valueName: "n"), transform: NumberArgument.port)
    var subscriberPort: UInt16?

    func validate() throws {
        guard let behind = host?.port, let commandPort, behind != commandPort else { return }
        throw ValidationError("The command port is given twice: \(behind) behind --host, and \(commandPort)")
    }

    /// The settings of a file, with what the command line says on top.
    func applied(to settings: ServiceSettings) -> ServiceSettings {
        var settings = settings
        settings.host = host?.host ?? settings.host
        settings.commandPort = commandPort ?? host?.port ?? settings.commandPort
        settings.subscriberPort = subscriberPort ?? settings.subscriberPort
        return settings
    }
}
