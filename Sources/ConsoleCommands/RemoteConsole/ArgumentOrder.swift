import ArgumentParser

/// Puts a command line into the order in which ArgumentParser wants it.
///
/// The options that every command has may stand before the command too, as in `remote-console --host H status`.
/// ArgumentParser would give those to the program and not to the command; so they are moved behind the command's word,
/// before whatever follows it: of an option that is given twice, the later one still wins. Where there is no command, the
/// interactive prompt is meant. What is not known is left where it is, for ArgumentParser to complain about.
struct ArgumentOrder: Sendable {
    /// Options that every command has, with a value each.
    var valued: Set<String>
    /// Options that every command has, without a value.
    var flags: Set<String>
    /// The words of the commands.
    var commands: Set<String>
    /// The words of commands that have commands of their own: what stands before goes to their end.
    var groups: Set<String> = []
    /// The command where there is none.
    var standard: String

    /// The order of this tool.
    static let remoteConsole = ArgumentOrder(
        valued: [
            "--host", "--command-port", "--subscriber-port", "--timeout", "--retries", "--dialect", "--color",
            "--log-format",
            "--config", "--curve-key", "--curve-server-key", "--define",
        ],
        flags: ["--json", "--quiet", "--verbose"],
        commands: Set(RemoteConsole.commandNames).union(["help"]),
        groups: Set(RemoteConsole.localCommands.compactMap { $0.configuration.commandName }),
        standard: "prompt"
    )

    /// The arguments, without the program's name, in order.
    func arranged(_ arguments: [String]) -> [String] {
        var moved: [String] = []
        var index = 0
        while index < arguments.count {
            let argument = arguments[index]
            if argument == "--" {
                // What follows cannot be an option: the command's word, or nothing.
                guard index + 1 < arguments.count else { return [standard] + moved }
                return place(moved, behind: arguments[index + 1], Array(arguments[(index + 2)...]))
            }
            if flags.contains(argument) || isShortFlags(argument) || isAssignment(argument) {
                moved.append(argument)
                index += 1
            } else if valued.contains(argument) {
                moved += arguments[index..<min(index + 2, arguments.count)]
                index += 2
            } else if argument.hasPrefix("-") {
                // `--help`, `--version` and what is not known: the program's own.
                return arguments
            } else {
                return place(moved, behind: argument, Array(arguments[(index + 1)...]))
            }
        }
        return [standard] + moved
    }

    private func place(_ moved: [String], behind word: String, _ rest: [String]) -> [String] {
        if groups.contains(word) { return [word] + rest + moved }
        // `help` takes the words of commands and no options.
        return word == "help" || !commands.contains(word) ? [word] + rest : [word] + moved + rest
    }

    /// `-q`, `-v`, `-vv`, `-qv`.
    private func isShortFlags(_ argument: String) -> Bool {
        argument.count > 1 && argument.hasPrefix("-") && argument.dropFirst().allSatisfy { $0 == "q" || $0 == "v" }
    }

    private func isAssignment(_ argument: String) -> Bool {
        guard let equals = argument.firstIndex(of: "=") else { return false }
        return valued.contains(String(argument[..<equals]))
    }
}
