import AcquisitionRPC
import ArgumentParser
import ConsoleCommands
import Foundation
import GatewayCore

/// The program `rpc-gateway`.
public enum RpcGatewayProgram {
    /// Does what the process's arguments say, and ends the process.
    public static func main() -> Never { ProgramStart.run { await run() } }

    private static func run() async -> Never {
        let command: any ParsableCommand
        switch CommandLineReader.read(RpcGateway.self, ProgramStart.arguments) {
        case .command(let read): command = read
        case .ended(let status): ProgramEnd.exit(status)
        }
        let status = await run(command)
        guard command is any ServingCommand else { ProgramEnd.exit(status) }
        // What was lost has been told when it was.
        ProgramEnd.exit(status, isServing: true) { _ in }
    }

    private static func run(_ command: any ParsableCommand) async -> ExitStatus {
        guard let command = command as? any GatewayCommand else {
            var command = command
            do {
                try command.run()
                return .done
            } catch {
                return CommandLineReader.tell(error, of: RpcGateway.self)
            }
        }
        do {
            try await Interruption.shared.run { try await command.serve() }
            return Interruption.shared.received.map(ExitStatus.signal) ?? .done
        } catch let failure as GatewayFailure {
            for line in failure.lines { _ = report(line, failure.status) }
            return failure.status
        } catch let error as GatewayError where error.code == .badValue {
            // Of the command line: a file's mistakes come with their lines.
            return report("\(error)", .usage)
        } catch is OutputError {
            // What was lost is told at the end.
            return .done
        } catch  where Interruption.shared.received == nil {
            return report("\(error)", .failed)
        } catch {
            return Interruption.shared.received.map(ExitStatus.signal) ?? .failed
        }
    }

    private static func report(_ message: String, _ status: ExitStatus) -> ExitStatus {
        FailureReport.write(message, status)
        return status
    }
}

/// A command that runs until a signal ends it, or until it is done.
protocol GatewayCommand: ParsableCommand, Sendable {
    func serve() async throws
}

/// A command that serves others until a signal ends it: nobody waits for whoever reads what it says.
protocol ServingCommand: GatewayCommand {}

extension GatewayCommand {
    mutating func run() throws {}
}
