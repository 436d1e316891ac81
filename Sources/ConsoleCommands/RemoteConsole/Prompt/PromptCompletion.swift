import AcquisitionModel

/// What can stand at a place of a line of the prompt.
enum PromptCompletion {
    /// The words that are no commands of the command line.
    static let ownWords = ["help", "jobs", "quit", "exit"]

    /// The words that may follow `before`, the line up to the word that is being typed.
    static func candidates(after before: String, dialect: Dialect) -> [String] {
        let words = before.split(whereSeparator: \.isWhitespace).map(String.init)
        guard let command = words.first else { return commands + ownWords }
        if let last = words.last {
            switch last {
            case "--topic": return ApiTopic.entries(in: dialect).map(\.name)
            case "--kind": return ApiEventKind.entries(in: dialect).map(\.name)
            default: break
            }
        }
        let position = words.count
        switch command {
        case "help": return position == 1 ? commands : []
        case "send": return position == 1 ? ApiCommand.entries(in: dialect).map(\.name) : sendOptions
        case "set":
            return position == 1 ? BehaviourSwitch.all.map(\.name) : position == 2 ? ["on", "off"] : waitOptions
        case "mode":
            if position == 1 {
                return ["training", "application"] + ApiApplicationMode.entries(in: dialect).map(\.name)
            }
            if position == 2, words[1] == "training" { return ApiTrainingMode.entries(in: dialect).map(\.name) }
            if position == 2, words[1] == "application" { return ApiApplicationMode.entries(in: dialect).map(\.name) }
            return waitOptions
        case "emergency": return position == 1 ? ["stop", "resume"] : waitOptions
        case "audit": return position == 1 ? ["verify", "show"] : []
        case "events":
            return (position == 1 ? ["on", "off"] : []) + ["--topic", "--kind", "--delta", "--count", "--for"]
        case "start", "stop": return waitOptions
        case "ping": return ["--count", "--json"]
        case "watch": return ["--count", "--interval"]
        default: return commands.contains(command) ? ["--json"] : []
        }
    }

    private static var commands: [String] { RemoteConsole.commandNames.filter { $0 != PromptCommand.word } }
    private static let waitOptions = ["--wait", "--no-wait", "--json"]
    private static let sendOptions = ["--data", "--custom-command", "--nonce"] + waitOptions
}
