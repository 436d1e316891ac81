import ArgumentParser
import ConsoleCommands

/// `rpc-gateway`: other systems' protocols in front of an acquisition process.
struct RpcGateway: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rpc-gateway",
        abstract: "Lets Dareplane, IBL rigs and Liaison talk to an acquisition process.",
        discussion: """
            Runs beside the acquisition process, as a client of its two ZeroMQ sockets, and listens for peers of other \
            systems, on loopback unless told otherwise. What they ask for is mapped to commands of the process; what \
            happens there is told in their own way.

            EXAMPLES:
              rpc-gateway dareplane                   a Dareplane module on port 8080
              rpc-gateway ibl --listen udp://0.0.0.0:11001
              rpc-gateway run --config rig.toml       all that the file names, at once
              rpc-gateway check rig.toml              what is wrong with the file
              rpc-gateway control-room --config room.toml
                                                      a control room for modules

            A FILE:
              [service]                               # the acquisition process
              host = "127.0.0.1"

              [dareplane]
              name = "acquisition"
              [dareplane.map]
              STARTRECORD = { command = "startAcquisition", data = { name = "$filename" } }
              OPENVALVE = { custom = "openValve" }
              [[dareplane.callback]]
              event = "trialStarted"
              to = "module-1"
              send = "MARK"
              data = { trial = "$trialId" }

              [ibl]
              listen = "udp://127.0.0.1:11001"

              [liaison]
              listen = "127.0.0.1:8001"

            EXIT STATUS:
              0    done
              1    it could not start, or could not go on
              64   wrong usage, or a configuration with mistakes
              74   output, or the log file, could not be written
              129  ended by SIGHUP, in a terminal
              130  ended by Ctrl-C (SIGINT)
              143  ended by SIGTERM
            """,
        version: ToolVersion.text("rpc-gateway"),
        subcommands: [
            RunCommand.self, DareplaneCommand.self, IBLCommand.self, LiaisonCommand.self, ControlRoomCommand.self,
            CheckCommand.self, LiaisonConstantsCommand.self,
        ]
    )
}
