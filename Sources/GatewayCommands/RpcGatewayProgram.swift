import AcquisitionRPC
import ArgumentParser
import ConsoleCommands
import Foundation
import GatewayCore

/// The program `rpc-gateway`.
public enum RpcGatewayProgram {
    /// Does what the process's arguments say, and ends the process.
    public static func main() async -> Never {
        DescriptorLimit.raise()
        exit(await run(Array(CommandLine.arguments.dropFirst())).rawValue)
    }

    static func run(_ arguments: [String]) async -> ExitStatus {
        let command: any ParsableCommand
        switch CommandLineReader.read(RpcGateway.self, arguments) {
        case .command(let read): command = read
        case .ended(let status): return status
        }
        let format = CommandLineReader.errorFormat(arguments, ProcessInfo.processInfo.environment)
        func report(_ message: String, _ status: ExitStatus) -> ExitStatus {
            FailureReport.write(message, status, to: .standardError, format: format, tool: "rpc-gateway")
            return status
        }
        guard let command = command as? any GatewayCommand else {
            var command = command
            do {
                try command.run()
                return .done
            } catch {
                RpcGateway.exit(withError: error)
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
        } catch  where Interruption.shared.received == nil {
            return report("\(error)", .failed)
        } catch {
            return Interruption.shared.received.map(ExitStatus.signal) ?? .failed
        }
    }
}

/// A command that runs until a signal ends it, or until it is done.
protocol GatewayCommand: ParsableCommand, Sendable {
    func serve() async throws
}

extension GatewayCommand {
    mutating func run() throws {}
}
