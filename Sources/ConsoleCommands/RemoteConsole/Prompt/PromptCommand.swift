import ArgumentParser

struct PromptCommand: ConsoleCommand {
    static let word = "prompt"

    static let configuration = CommandConfiguration(
        commandName: word,
        abstract: "Give commands at an interactive prompt; what happens without a command.",
        discussion: """
            Lines are the commands above, without 'remote-console'. 'events on' shows what is published above the line, \
            'events off' no more. 'jobs' lists the commands whose result is still to come: nobody waits for it, it is \
            shown when it comes. 'help', 'quit'.

            An emergency stop goes out at once, whatever the lines before it do; Ctrl-X pressed twice gives it on any \
            line, without a question. Ctrl-C clears the line, or ends a command that runs; pressed twice on an empty \
            line it ends the prompt, as Ctrl-D does.

            Lines that are piped in run one after another, and their results are waited for at the end; with --wait \
            before the next line. Typed lines are kept in ~/.local/state/acquisition-rpc unless ACQUISITION_HISTORY names another file.
            """
    )
    @OptionGroup var connection: ConnectionOptions

    func run(in session: Session) async throws {
        if let problem = try await session.hostProblem() { session.note(problem) }
        try await PromptLoop(session).run { keys, completion in
            PromptFactory.make(session, keys: keys, completion: completion)
        }
    }
}
