/// Chooses how lines are read.
enum PromptFactory {
    typealias Completion = @Sendable (_ before: String, _ word: String) -> [String]

    /// An editor where a person sits at the terminal, else the lines of standard input as they come.
    static func make(
        _ session: Session,
        keys: LineEditor.Keys,
        completion: @escaping Completion
    ) -> any Prompt {
        if session.out.isTerminal, session.settings.environment["TERM"] != "dumb", LineEditor.isPossible {
            // The editor writes to the terminal itself: what was said before comes before its prompt.
            for output in [session.out, session.err] { output.flush(within: .seconds(1)) }
            let history = HistoryFile.path(for: ConsoleSettings.tool, environment: session.settings.environment)
            let editor = LineEditor(prompt: "> ", historyPath: history, keys: keys, completion: completion)
            if let editor { return editor }
        }
        return PlainPrompt(output: session.out)
    }
}

extension LineEditor: Prompt {
    var isEdited: Bool { true }
    var isTyped: Bool { true }
}
