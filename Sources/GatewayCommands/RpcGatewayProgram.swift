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
        do {
            command = try RpcGateway.parseAsRoot(Array(CommandLine.arguments.dropFirst()))
        } catch {
            ProgramEnd.exit(ProgramEnd.tell(error, of: RpcGateway.self))
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
                return ProgramEnd.tell(error, of: RpcGateway.self)
            }
        }
        do {
            try await Interruption.shared.run { try await command.serve() }
            return Interruption.shared.received.map(ExitStatus.signal) ?? .done
        } catch let failure as GatewayFailure {
            for line in failure.lines { try? Output.standardError.line("error: \(line)") }
            return failure.status
        } catch let error as GatewayError where error.code == .badValue {
            // Of the command line: a file's mistakes come with their lines.
            try? Output.standardError.line("error: \(error)")
            return .usage
        } catch is OutputError {
            // What was lost is told at the end.
            return .done
        } catch  where Interruption.shared.received == nil {
            try? Output.standardError.line("error: \(error)")
            return .failed
        } catch {
            return Interruption.shared.received.map(ExitStatus.signal) ?? .failed
        }
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
