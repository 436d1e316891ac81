import AcquisitionModel
import ArgumentParser

/// What a line of the prompt asks for.
enum PromptLine: Sendable {
    case nothing
    case quit
    case help([String])
    /// Show events above the line from now on, with these filters; or no more.
    case events(Bool, [String])
    /// List the commands whose result is still to come.
    case jobs
    case command(any ConsoleCommand)
    case failure(CommandFailure)

    init(_ line: String) {
        do throws(CommandFailure) {
            guard !line.contains("\u{FFFD}") else {
                throw CommandFailure(.usage, "The line is not UTF-8: '\(SafeText.clipped(line))'")
            }
            let words = try ShellWords.split(line)
            guard let first = words.first else {
                self = .nothing
                return
            }
            switch (first, words.dropFirst().first) {
            case ("quit", _), ("exit", _), ("q", _): self = .quit
            case ("help", _), ("?", _): self = .help(Array(words.dropFirst()))
            case ("jobs", _): self = .jobs
            case ("events", "on"), ("events", "off"): self = .events(words[1] == "on", Array(words.dropFirst(2)))
            default: self = try Self.command(words)
            }
        } catch {
            self = .failure(error)
        }
    }

    private static func command(_ words: [String]) throws(CommandFailure) -> PromptLine {
        guard RemoteConsole.commandNames.contains(words[0]), words[0] != PromptCommand.word else {
            let local = RemoteConsole.localCommands.compactMap { $0.configuration.commandName }
            if local.contains(words[0]) {
                throw CommandFailure(
                    .usage,
                    "'\(words[0])' needs no application, and is no line of the prompt",
                    hint: "In a shell: \(ShellText.command([ConsoleSettings.tool] + words))"
                )
            }
            let known = RemoteConsole.commandNames.filter { $0 != PromptCommand.word } + PromptCompletion.ownWords
            throw CommandWords.failure(words[0], of: nil, known)
        }
        let parsed: any ParsableCommand
        do {
            parsed = try RemoteConsole.parseAsRoot(words)
        } catch {
            if RemoteConsole.exitCode(for: error) == .success { return .help([words[0]]) }
            throw CommandFailure(.usage, RemoteConsole.message(for: error), hint: "'help \(words[0])' tells more.")
        }
        guard let command = parsed as? any ConsoleCommand else { return .help([words[0]]) }
        let options = command.connection
        guard options.host == nil, options.commandPort == nil, options.subscriberPort == nil, options.dialect == nil,
            options.timeout == nil, options.retries == nil, options.talk.config == nil, options.curveKey == nil,
            options.curveServerKey == nil, options.define.isEmpty
        else {
            throw CommandFailure(.usage, "The connection is chosen when the console starts, not in a line")
        }
        return .command(command)
    }
}

extension PromptLine {
    /// The command, where it is an emergency stop.
    var emergencyStop: (any ConsoleCommand)? {
        guard case .command(let command) = self else { return nil }
        switch command {
        case let emergency as EmergencyCommand where emergency.action == .stop: return emergency
        case let send as SendCommand where NameInDialects(send.command) == .same(ApiCommand.emergencyStop): return send
        default: return nil
        }
    }
}

/// What the prompt's `help` says.
enum PromptHelp {
    static func text(_ words: [String]) -> String {
        if let word = words.first, let command = RemoteConsole.commands.first(where: { $0.name == word }) {
            return RemoteConsole.helpMessage(for: command)
        }
        let own = [
            ("events on [--topic T] [--kind K] [--delta]", "Show what is published above the line."),
            ("events off", "Show it no more."),
            ("jobs", "List the commands whose result is still to come."),
            ("help [COMMAND]", "This, or more about a command."),
            ("quit", "End; so does Ctrl-D."),
            ("Ctrl-X Ctrl-X", "An emergency stop, at once, on any line and without a question."),
            ("Ctrl-C", "Clear the line, or end a command that runs; twice on an empty line: end."),
        ]
        let commands = RemoteConsole.commands.filter { $0.name != PromptCommand.word }.map {
            ($0.name, $0.configuration.abstract)
        }
        let width = 44
        return (commands + own).map { word, text in
            "  " + word + String(repeating: " ", count: max(2, width - word.count)) + text
        }.joined(separator: "\n")
    }
}

extension ConsoleCommand {
    /// The command's word.
    static var name: String { configuration.commandName ?? "" }
}
