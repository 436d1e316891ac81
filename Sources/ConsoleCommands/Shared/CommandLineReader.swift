package import ArgumentParser
import AcquisitionModel
import Foundation

/// Reads a tool's command line, and says what is wrong with it as the tool says everything: as text, or, where the
/// arguments ask for JSON, as JSON.
package enum CommandLineReader {
    /// What the arguments come to.
    package enum Reading {
        case command(any ParsableCommand)
        /// Everything has been said: help, the version, or what is wrong.
        case ended(ExitStatus)
    }

    /// What the arguments ask for.
    ///
    /// - Parameter arranged: puts them into the order in which ArgumentParser wants them.
    package static func read(
        _ root: any ParsableCommand.Type,
        _ arguments: [String],
        out: Output = .standardOutput,
        err: Output = .standardError,
        arranged: ([String]) -> [String] = { $0 }
    ) -> Reading {
        let tool = root.configuration.commandName ?? ""
        let format = errorFormat(arguments, ProcessInfo.processInfo.environment)
        do throws(CommandFailure) {
            try checkText(arguments)
            try checkWaiting(arguments)
            let arguments = arranged(arguments)
            try CommandWords.check(root, arguments)
            return parse(root, arguments, format, out: out, err: err)
        } catch {
            FailureReport.write(error, to: err, format: format, isColored: false, tool: tool)
            return .ended(error.status)
        }
    }

    private static func parse(
        _ root: any ParsableCommand.Type,
        _ arguments: [String],
        _ format: LogFormat,
        out: Output,
        err: Output
    ) -> Reading {
        do {
            return .command(try root.parseAsRoot(arguments))
        } catch {
            return .ended(tell(error, of: root, format, out: out, err: err))
        }
    }

    /// Writes what ArgumentParser has to say, help to standard output and mistakes to standard error; with what status
    /// the program ends.
    package static func tell(_ error: any Error, of root: any ParsableCommand.Type) -> ExitStatus {
        tell(error, of: root, ProgramStart.errorFormat, out: .standardOutput, err: .standardError)
    }

    private static func tell(
        _ error: any Error,
        of root: any ParsableCommand.Type,
        _ format: LogFormat,
        out: Output,
        err: Output
    ) -> ExitStatus {
        let status = ExitStatus(rawValue: root.exitCode(for: error).rawValue)
        // What fails to be written is known at the end.
        if format == .json, status != .done {
            let failure = CommandFailure(status, root.message(for: error))
            let tool = root.configuration.commandName ?? ""
            FailureReport.write(failure, to: err, format: format, isColored: false, tool: tool)
        } else {
            let text = root.fullMessage(for: error)
            if !text.isEmpty { try? (status == .done ? out : err).line(text) }
        }
        return status
    }

    /// How errors are to be written: the arguments may be what is wrong, so that they are only looked through.
    package static func errorFormat(_ arguments: [String], _ environment: [String: String]) -> LogFormat {
        let options = arguments.prefix { $0 != "--" }
        if let assigned = options.last(where: { $0.hasPrefix("--log-format=") }) {
            return LogFormat(rawValue: String(assigned.dropFirst("--log-format=".count))) ?? .text
        }
        if let place = options.lastIndex(of: "--log-format"), place + 1 < options.endIndex {
            return LogFormat(rawValue: options[place + 1]) ?? .text
        }
        if options.contains("--json") { return .json }
        return environment["ACQUISITION_LOG_FORMAT"].flatMap(LogFormat.init) ?? .text
    }

    /// The system gives bytes that are no text as replacement characters: what was meant cannot be known.
    private static func checkText(_ arguments: [String]) throws(CommandFailure) {
        guard let argument = arguments.first(where: { $0.contains("\u{FFFD}") }) else { return }
        throw CommandFailure(.usage, "The argument '\(SafeText.clipped(argument))' is not UTF-8")
    }

    /// ArgumentParser takes an option whose value may be left out without a value that it cannot read.
    private static func checkWaiting(_ arguments: [String]) throws(CommandFailure) {
        for argument in arguments.prefix(while: { $0 != "--" }) where argument.hasPrefix("--wait=") {
            let value = argument.dropFirst("--wait=".count)
            guard DurationArgument(String(value)) == nil else { continue }
            throw CommandFailure(
                .usage,
                "The value '\(value)' is invalid for '--wait <time>': expected \(DurationArgument.expectation)"
            )
        }
    }
}

/// The words of a command line that name commands.
enum CommandWords {
    /// Looks whether the words are commands, at every level that has some.
    ///
    /// - Throws: ``CommandFailure`` with those that may have been meant.
    static func check(_ root: any ParsableCommand.Type, _ arguments: [String]) throws(CommandFailure) {
        var type = root
        var path = [name(of: root)]
        var rest = arguments[...]
        if rest.first == "help" { rest = rest.dropFirst() }
        while let word = rest.first, !word.hasPrefix("-"), word != "help" {
            let commands = type.configuration.subcommands
            guard !commands.isEmpty else { return }
            let found = commands.first { name(of: $0) == word || $0.configuration.aliases.contains(word) }
            guard let found else {
                let known = commands.flatMap { [name(of: $0)] + $0.configuration.aliases }
                throw failure(word, of: path.joined(separator: " "), known)
            }
            type = found
            path.append(word)
            rest = rest.dropFirst()
        }
    }

    /// What is said of a word that is no command.
    static func failure(_ word: String, of place: String?, _ known: [String]) -> CommandFailure {
        let near = suggestions(word, among: known)
        let list =
            place.map { "\(ShellText.quoted("\($0) --help")) lists the commands." } ?? "'help' lists the commands."
        return CommandFailure(
            .usage,
            "'\(SafeText.clipped(word))' is no command" + (place.map { " of \($0)" } ?? ""),
            hint: near.isEmpty ? list : "Did you mean \(near.joined(separator: ", "))?"
        )
    }

    /// The words that begin like this one, else those that few changes away make it.
    static func suggestions(_ word: String, among known: [String]) -> [String] {
        let beginning = word.isEmpty ? [] : known.filter { $0.hasPrefix(word.lowercased()) }
        return beginning.isEmpty ? NearNames.of(word, among: known) : beginning
    }

    private static func name(of command: any ParsableCommand.Type) -> String { command.configuration.commandName ?? "" }
}
