import ArgumentParser

struct PromptCommand: ConsoleCommand {
    static let word = "prompt"

    static let configuration = CommandConfiguration(
        commandName: word,
        abstract: "Give commands at an interactive prompt; what happens without a command.",
        discussion: """
            Lines are the commands above, without 'remote-console'. 'events on' shows what is published above the line, \
            'events off' no more. 'help', 'quit'. Ctrl-C ends a command that runs, Ctrl-D the prompt. Lines are kept \
            in ~/.local/state/acquisition-rpc unless ACQUISITION_HISTORY names another file.
            """
    )
    @OptionGroup var connection: ConnectionOptions

    func run(in session: Session) async throws {
        if let problem = try await session.hostProblem() { session.note(problem) }
        try await PromptLoop(session).run { completion in
            PromptFactory.make(session, completion: completion)
        }
    }
}
