import ArgumentParser

/// The program `client-app`.
public enum ClientApp {
    /// Runs the program with the arguments of this process, and ends the process with its exit status.
    public static func main() -> Never { ProgramStart.run { await run() } }

    private static func run() async -> Never {
        do {
            var command = try ClientAppCommand.parseAsRoot()
            guard let trainer = command as? ClientAppCommand else {
                try command.run()
                ProgramEnd.exit(.done)
            }
            let status = try await trainer.serve()
            // What was lost has been told when it was.
            ProgramEnd.exit(status, isServing: true) { _ in }
        } catch {
            ProgramEnd.exit(ProgramEnd.tell(error, of: ClientAppCommand.self))
        }
    }
}
