import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import ArgumentParser
import Foundation
import Logging

/// The program `remote-console`.
public enum RemoteConsoleProgram {
    /// Does what the process's arguments say, and ends the process.
    public static func main() -> Never { ProgramStart.run { await run() } }

    private static func run() async -> Never {
        // A control room is an application too: its events are shown, and asked for, by their names.
        _ = ApiEventKind.ControlRoom.all
        let command: any ParsableCommand
        switch CommandLineReader.read(
            RemoteConsole.self,
            ProgramStart.arguments,
            arranged: ArgumentOrder.remoteConsole.arranged
        ) {
        case .command(let read): command = read
        case .ended(let status): ProgramEnd.exit(status)
        }
        let status = await execute(command)
        guard let options = options(of: command) else { ProgramEnd.exit(status) }
        ProgramEnd.exit(status) { loss in
            report(CommandFailure(.outputLost, loss), options, ProcessInfo.processInfo.environment)
        }
    }

    private static func options(of command: any ParsableCommand) -> ConnectionOptions? {
        (command as? any ConsoleCommand)?.connection ?? (command as? any LocalCommand)?.connection
            ?? (command as? any RigsTool)?.connection
    }

    private static func execute(_ command: any ParsableCommand) async -> ExitStatus {
        if let local = command as? any LocalCommand { return run(local) }
        if let rigs = command as? any RigsTool { return await run(rigs) }
        guard let console = command as? any ConsoleCommand else {
            var command = command
            do {
                try command.run()
            } catch {
                return CommandLineReader.tell(error, of: RemoteConsole.self)
            }
            return .done
        }
        let environment = ProcessInfo.processInfo.environment
        do {
            try await Interruption.shared.run {
                let settings = try ConsoleSettings(console.connection, environment: environment)
                for definition in settings.definitions { try definition.value.apply() }
                let session = try Session(settings, json: console.connection.json)
                defer { session.client.close() }
                for key in settings.unknownKeys {
                    let near = NearNames.of(key, among: ConsoleSettings.keys)
                    session.logger.warning(
                        "A setting in the configuration file is not known",
                        metadata: near.first.map { ["key": "\(key)", "didYouMean": "\($0)"] } ?? ["key": "\(key)"]
                    )
                }
                try await console.run(in: session)
            }
        } catch let failure as CommandFailure where Interruption.shared.received == nil {
            report(failure, console.connection, environment)
            return failure.status
        } catch is OutputError {
            // What was lost is told at the end.
            return .done
        } catch  where Interruption.shared.received == nil && Output.standardOutput.problem == nil {
            report(CommandFailure(.failed, "\(error)"), console.connection, environment)
            return .failed
        } catch {}
        return Interruption.shared.received.map(ExitStatus.signal) ?? .done
    }

    private static func run(_ command: any RigsTool) async -> ExitStatus {
        let environment = ProcessInfo.processInfo.environment
        do {
            try await Interruption.shared.run {
                try await command.run(out: .standardOutput, err: .standardError, environment: environment)
            }
            return .done
        } catch is OutputError {
            return .done
        } catch  where Interruption.shared.received == nil {
            let failure = error as? CommandFailure ?? CommandFailure(.failed, "\(error)")
            if !failure.message.isEmpty { report(failure, command.connection, environment) }
            return failure.status
        } catch {}
        return Interruption.shared.received.map(ExitStatus.signal) ?? .done
    }

    private static func run(_ command: any LocalCommand) -> ExitStatus {
        let environment = ProcessInfo.processInfo.environment
        do {
            try command.run(out: .standardOutput, environment: environment)
            return .done
        } catch is OutputError {
            return .done
        } catch {
            let failure = error as? CommandFailure ?? CommandFailure(status(of: error), "\(error)")
            report(failure, command.connection, environment)
            return failure.status
        }
    }

    private static func status(of error: any Error) -> ExitStatus {
        switch (error as? CertificateError)?.rule {
        case .name?: .usage
        case .written?: .outputLost
        default: .failed
        }
    }

    /// Settings may be what failed, so only the command line counts here.
    private static func report(_ failure: CommandFailure, _ options: ConnectionOptions, _ environment: [String: String])
    {
        let err = Output.standardError
        let color = options.talk.color ?? .auto
        FailureReport.write(
            failure,
            to: err,
            format: options.talk.logFormat ?? (options.json ? .json : nil)
                ?? environment["ACQUISITION_LOG_FORMAT"].flatMap(LogFormat.init) ?? .text,
            isColored: color.isColored(isTerminal: err.isTerminal, environment: environment)
        )
    }
}
