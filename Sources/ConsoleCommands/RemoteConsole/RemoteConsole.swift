import AcquisitionModel
import AcquisitionRPC
import ArgumentParser
import ZeroMQ

/// The root of the command line. Its options are there for `--help`; ``ArgumentOrder`` gives them to the command.
struct RemoteConsole: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: ConsoleSettings.tool,
        abstract: "Gives commands to a running acquisition application and shows what it publishes.",
        discussion: """
            Without a command the interactive prompt starts. The options below belong to every command and may stand \
            before or after its word. Each is taken from the command line, else from the environment variable in \
            brackets, else from the configuration file (\(ConsoleSettings.keys.joined(separator: ", "))), which is \
            ~/.config/acquisition-rpc/remote-console.json unless --config names another.

            \(ExitStatus.help)
            """,
        version: ToolVersion.text(ConsoleSettings.tool),
        subcommands: commands + localCommands
    )

    /// The commands.
    static let commands: [any ConsoleCommand.Type] = [
        PingCommand.self, StatusCommand.self, ConfigurationCommand.self, AnimalsCommand.self, StartCommand.self,
        StopCommand.self, EmergencyCommand.self, ModeCommand.self, SetCommand.self, SendCommand.self,
        EventsCommand.self, WatchCommand.self, AuditCommand.self, DoctorCommand.self, PromptCommand.self,
    ]

    /// The commands that need no application.
    static let localCommands: [any ParsableCommand.Type] = [KeysCommand.self, RigsCommand.self]

    /// The words of the commands that need an application.
    static let commandNames = commands.compactMap { $0.configuration.commandName }

    @OptionGroup var connection: ConnectionOptions
}

/// A command that needs no application: it works on files.
protocol LocalCommand: ParsableCommand, Sendable {
    var connection: ConnectionOptions { get }
    /// Does it.
    ///
    /// - Throws: ``CommandFailure`` with the exit status, ``OutputError``.
    func run(out: Output, environment: [String: String]) throws
}

/// A command of `remote-console`, which also works as a line of its prompt.
protocol ConsoleCommand: AsyncParsableCommand, Sendable {
    var connection: ConnectionOptions { get }
    /// Does it.
    ///
    /// - Throws: ``CommandFailure`` with the exit status, `CancellationError`, ``OutputError``.
    func run(in session: Session) async throws
}
