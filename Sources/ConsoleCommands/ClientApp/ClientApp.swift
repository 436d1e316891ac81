import AcquisitionRPC
import ArgumentParser
import Foundation

/// The program `client-app`.
public enum ClientApp {
    /// Runs the program with the arguments of this process, and ends the process with its exit status.
    public static func main() async {
        DescriptorLimit.raise()
        switch CommandLineReader.read(ClientAppCommand.self, Array(CommandLine.arguments.dropFirst())) {
        case .ended(let status): exit(status.rawValue)
        case .command(var command):
            do {
                if let command = command as? ClientAppCommand { try await command.run() } else { try command.run() }
            } catch {
                ClientAppCommand.exit(withError: error)
            }
        }
    }
}
