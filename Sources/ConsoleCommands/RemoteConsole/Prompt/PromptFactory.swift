/// Chooses how lines are read.
enum PromptFactory {
    typealias Completion = @Sendable (_ before: String, _ word: String) -> [String]

    static func make(_ session: Session, completion: @escaping Completion) -> any Prompt {
        PlainPrompt(output: session.out)
    }
}
