import ArgumentParser

/// The program `client-app`.
public enum ClientApp {
    /// Runs the program with the arguments of this process, and ends the process with its exit status.
    public static func main() -> Never { ProgramStart.run { await run() } }

    private static func run() async -> Never {
        var command: any ParsableCommand
        switch CommandLineReader.read(ClientAppCommand.self, ProgramStart.arguments) {
        case .command(let read): command = read
        case .ended(let status): ProgramEnd.exit(status)
        }
        do {
            guard let trainer = command as? ClientAppCommand else {
                try command.run()
                ProgramEnd.exit(.done)
            }
            let status = try await trainer.serve()
            // What was lost has been told when it was.
            ProgramEnd.exit(status, isServing: true) { _ in }
        } catch {
            ProgramEnd.exit(CommandLineReader.tell(error, of: ClientAppCommand.self))
        }
    }
}
