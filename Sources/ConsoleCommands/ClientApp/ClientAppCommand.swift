import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import ArgumentParser
import Foundation
import Logging

/// `client-app`: a trainer that is only simulated, for everything that wants to hear events and give commands.
struct ClientAppCommand: ParsableCommand, Sendable {
    /// What ArgumentParser shows.
    static let configuration = CommandConfiguration(
        commandName: "client-app",
        abstract: "A simulated trainer: publishes events, answers commands.",
        discussion: """
            Sends heartbeats, answers commands as a trainer does, and publishes what you type:

              event trialStarted {"sessionId": "s1", "trialId": 1, "reason": "user"}
              emergency stop the door is open
              property {"name": "brightness", "value": 3}
              mode inTraining
              help

            Lines come from the terminal, from a pipe or from a script; the end of a pipe does not stop the program, \
            `quit`, Ctrl-C and SIGTERM do. At the prompt Ctrl-C clears the line or leaves a `wait`, and ends the program \
            when it is pressed twice on an empty line.

            Nothing waits for whoever reads what is shown: lines that are not read in time are dropped, and their number \
            is shown in their place. SIGHUP ends the program in a terminal; without one it has log files opened anew.

            EXAMPLES:
              client-app --simulate                  a training session by itself
              client-app --json --subscriber-port 0 --command-port 0
                                                     for programs: free ports,
                                                     told in the first line
              echo 'event tunnelEnter' | client-app  one event, then it serves on
              client-app --script session.txt -q     events from a file
              client-app --dialect legacy            as Python release 0.9.7

            ENVIRONMENT (a flag comes first, then the environment, then the default):
              ACQUISITION_IDENTIFIER, ACQUISITION_DEVICE_ID, ACQUISITION_BIND,
              ACQUISITION_DIALECT,
              ACQUISITION_SUBSCRIBER_PORT, ACQUISITION_COMMAND_PORT,
              ACQUISITION_SECURITY, ACQUISITION_KEYS
                                   as the options of these names
              ACQUISITION_HISTORY  the file that keeps what was typed at the
                                   prompt; empty for none; else in the folder
                                   acquisition-rpc of XDG_STATE_HOME

            EXIT STATUS:
              0    ended by `quit`
              1    the service could not start; of what was piped in or of a
                   script, which `quit` ended, a line was not understood
              64   wrong usage
              74   standard output, or the audit file, could not be written
              129  ended by SIGHUP, in a terminal
              130  ended by Ctrl-C (SIGINT)
              143  ended by SIGTERM
            """,
        version: ToolVersion.text("client-app")
    )

    @OptionGroup var service: ClientAppServiceOptions

    @Flag(name: .long, help: "Run a training session by itself.")
    var simulate = false

    @Option(
        name: .long,
        help: ArgumentHelp("Tell the simulated session of this number again.", valueName: "number"),
        transform: NumberArgument.integer
    )
    var seed: UInt64?

    @Option(
        name: .long,
        help: ArgumentHelp("Run simulated sessions so many times faster.", valueName: "factor"),
        transform: NumberArgument.real(0.001...1_000_000, "a number")
    )
    var speed: Double = 1

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How long a calibration takes; with --dialect legacy also the start and the stop of acquisition.",
            valueName: "seconds"
        ),
        transform: NumberArgument.real(0...86_400, "seconds")
    )
    var calibrationTime: Double = 2

    @Option(name: .long, help: ArgumentHelp("Read lines from a file as well.", valueName: "file"))
    var script: String?

    @Flag(name: .long, help: "Publish typed events whatever they carry.")
    var noValidate = false

    @Flag(name: .long, help: "One JSON object a line, on standard output and on standard error.")
    var json = false

    @Flag(name: [.customShort("v"), .long], help: "Say more about what happens, on standard error.")
    var verbose = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Log to this file instead of standard error. It may be moved at any time, as logrotate does.",
            valueName: "file"
        )
    )
    var logFile: String?

    @Flag(name: [.customShort("q"), .long], help: "Show only the ready line, errors and what was asked for.")
    var quiet = false

    /// A command that ArgumentParser fills.
    init() {}

    /// Refuses what makes no sense.
    func validate() throws {
        _ = try service.options(environment: ProcessInfo.processInfo.environment)
        guard !(verbose && quiet) else { throw ValidationError("-v and -q exclude one another") }
        if let script, !FileManager.default.isReadableFile(atPath: script) {
            throw ValidationError("The script '\(script)' cannot be read")
        }
    }

    /// Runs the trainer until it is told to end.
    func serve() async throws -> ExitStatus {
        let options = try service.options(environment: ProcessInfo.processInfo.environment)
        do throws(OutputError) {
            let log = try logFile.map { path throws(OutputError) in
                try ProgramStart.log(to: path, json ? .json : .text)
            }
            return await TrainerProgram(command: self, options: options, log: log).run()
        } catch {
            FailureReport.write("The log file '\(logFile ?? "")' cannot be written: \(error)", .outputLost)
            return .outputLost
        }
    }
}
