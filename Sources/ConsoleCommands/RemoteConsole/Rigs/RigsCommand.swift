import ArgumentParser
import IBLGateway

struct RigsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rigs",
        abstract: "Prepare, start and stop an experiment at several IBL rigs as if they were one.",
        usage: "remote-console rigs start 2026-01-01_1_mouse --rigs rigs.toml",
        discussion: """
            The rigs speak the protocol of iblutil.io.net; a file lists them:

              timeout = "10s"            # for the answers of all of them together; 0 for as long as it takes
              one_after_another = false  # whether one answers before the next one is told
              [[rigs]]
              name = "bpod"
              uri = "udp://192.168.0.4:11001"

            All rigs are told, whatever one of them does; for 'stop' and 'cleanup' the last one first. What each does is \
            shown as it comes, on standard error; at the end a table tells how it went. --json writes one object instead; \
            --timeout counts more than what the file says.

            A rig that answers late needs somebody who echoes: without an echo, iblutil closes its connection for good. So \
            after the table the tool stays until all have answered, or for the time of --grace ('grace' in the file). \
            Ctrl-C ends that too. 'watch' stays until then, and shows whatever rigs say.

            The status is 1 where a rig reported an error, else 3 where one did not answer in time.
            """,
        subcommands: [
            Initialize.self, Start.self, Stop.self, Status.self, Info.self, Cleanup.self, RigsWatch.self,
        ]
    )
}

/// The options of every command for rigs.
struct RigOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The file that lists the rigs. [ACQUISITION_RIGS] (default: ~/.config/acquisition-rpc/rigs.toml)",
            valueName: "file"
        ),
        completion: .file(extensions: ["toml"])
    )
    var rigs: String?

    @Flag(help: "Wait for the answer of one rig before the next one is told.")
    var oneAfterAnother = false

    @Option(
        help: ArgumentHelp(
            "How long to go on echoing for rigs that did not answer in time; 0 for not at all. (default: 30s)",
            valueName: "time"
        )
    )
    var grace: DurationArgument?

    @OptionGroup(visibility: .hidden) var connection: ConnectionOptions
}

/// A command that talks to rigs.
protocol RigsTool: ParsableCommand, Sendable {
    /// The options that it shares with all of them.
    var connection: ConnectionOptions { get }
    /// Does it.
    ///
    /// - Throws: ``CommandFailure`` where a rig failed, or where something about the command line or the file is wrong;
    ///   ``OutputError``; `CancellationError`.
    func run(out: Output, err: Output, environment: [String: String]) async throws
}

/// A command that asks rigs for something.
protocol RigsAction: RigsTool {
    var options: RigOptions { get }
    /// What is asked, checked.
    ///
    /// - Throws: ``CommandFailure``.
    func request() async throws -> RigsRequest
}

extension RigsCommand {
    struct Initialize: RigsAction {
        static let configuration = CommandConfiguration(commandName: "init", abstract: "Have an experiment prepared.")
        @OptionGroup var data: RigData
        @OptionGroup var options: RigOptions

        func request() async throws -> RigsRequest { .initialize(try await data.value()) }
    }

    struct Start: RigsAction {
        static let configuration = CommandConfiguration(commandName: "start", abstract: "Begin an experiment.")
        @Argument(help: "The experiment: yyyy-mm-dd_n_subject.")
        var experiment: String
        @OptionGroup var data: RigData
        @OptionGroup var options: RigOptions

        func request() async throws -> RigsRequest {
            let reference: ExperimentReference
            do { reference = try ExperimentReference(experiment) } catch { throw CommandFailure(.usage, "\(error)") }
            return .start(reference, try await data.value())
        }
    }

    struct Stop: RigsAction {
        static let configuration = CommandConfiguration(commandName: "stop", abstract: "End the experiment.")
        @Flag(help: "End it at once: EXPINTERRUPT instead of EXPEND.")
        var immediately = false
        @OptionGroup var data: RigData
        @OptionGroup var options: RigOptions

        func request() async throws -> RigsRequest { .stop(try await data.value(), immediately: immediately) }
    }

    struct Status: RigsAction {
        static let configuration = CommandConfiguration(
            commandName: "status",
            abstract: "Say how the experiment stands here, and hear how it stands there."
        )
        @OptionGroup var status: RigStatus
        @OptionGroup var options: RigOptions

        func request() async throws -> RigsRequest { .status(try status.value()) }
    }

    struct Info: RigsAction {
        static let configuration = CommandConfiguration(
            commandName: "info",
            abstract: "Say more about how the experiment stands here, and hear it from there."
        )
        @OptionGroup var status: RigStatus
        @OptionGroup var data: RigData
        @OptionGroup var options: RigOptions

        func request() async throws -> RigsRequest { .info(try status.value(), try await data.value()) }
    }

    struct Cleanup: RigsAction {
        static let configuration = CommandConfiguration(commandName: "cleanup", abstract: "Have the rigs tidied up.")
        @OptionGroup var data: RigData
        @OptionGroup var options: RigOptions

        func request() async throws -> RigsRequest { .cleanup(try await data.value()) }
    }
}
