import AcquisitionModel
import ArgumentParser
import Foundation

/// A name of the lab's own for a number that the protocol leaves free: `openValve=90002` for a command,
/// `event:valveOpened=90001` and `topic:camera=7001` for the others.
struct Definition: Sendable, Hashable, CustomStringConvertible {
    /// Of what it is a name.
    enum Vocabulary: String, Sendable, CaseIterable { case command, event, topic }

    var vocabulary: Vocabulary
    var name: String
    var number: Int

    /// What is wrong with a text.
    struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    /// Reads `NAME=NUMBER`.
    static func parse(_ text: String) throws -> Definition {
        guard let sign = text.lastIndex(of: "=") else { throw Problem("expected NAME=NUMBER, as in openValve=90002") }
        return try Definition(String(text[..<sign]), String(text[text.index(after: sign)...]))
    }

    /// - Parameter key: the name, with its vocabulary before it unless it is a command's.
    init(_ key: String, _ number: String) throws(Problem) {
        var name = key[...]
        vocabulary = .command
        if let colon = key.firstIndex(of: ":") {
            guard let found = Vocabulary(rawValue: String(key[..<colon])) else {
                throw Problem("'\(key[..<colon])' is none of command, event and topic")
            }
            vocabulary = found
            name = key[key.index(after: colon)...]
        }
        self.name = String(name)
        let isName = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isName, name.first?.isLetter == true else {
            throw Problem("'\(name)' is no name: a letter, then letters, digits, - and _")
        }
        guard let value = Int(number), value > 0, vocabulary != .topic || UInt32(exactly: value) != nil else {
            let limit = vocabulary == .topic ? "from 1 to \(UInt32.max)" : "from 1 on"
            throw Problem("'\(number)' is no number of \(Self.article(vocabulary)): a whole number \(limit)")
        }
        self.number = value
        switch vocabulary {
        case .command: try checkFree(ApiCommand.self)
        case .event: try checkFree(ApiEventKind.self)
        case .topic: try checkFree(ApiTopic.self)
        }
    }

    /// The protocol's own names and numbers mean what they mean.
    private func checkFree<Code: OpenVocabulary>(_ type: Code.Type) throws(Problem) {
        guard let number = Code.RawValue(exactly: number) else { return }
        let code = Code(rawValue: number)
        guard let entry = Code.publishedEntry(under: code, or: name) else { return }
        throw Problem(
            entry.code == code
                ? "\(number) is the number of \(entry.name) already; take one that the protocol leaves free"
                : "\(entry.name) is a name of the protocol's; its number is \(entry.code.rawValue)"
        )
    }

    private static func article(_ vocabulary: Vocabulary) -> String {
        switch vocabulary {
        case .command: "a command"
        case .event: "a kind of event"
        case .topic: "a topic"
        }
    }

    /// From now on this program knows the name: it is understood, shown, and completed.
    ///
    /// - Throws: ``CommandFailure`` where this package uses the number itself.
    func apply() throws(CommandFailure) {
        do throws(DefinitionError) {
            switch vocabulary {
            case .command: try ApiCommand.register(number, as: name)
            case .event: try ApiEventKind.register(number, as: name)
            case .topic: if let number = UInt32(exactly: number) { try ApiTopic.register(number, as: name) }
            }
        } catch {
            throw CommandFailure(.usage, "\(error)")
        }
    }

    var description: String {
        vocabulary == .command ? "\(name)=\(number)" : "\(vocabulary.rawValue):\(name)=\(number)"
    }
}

extension Definition {
    static let variable = "ACQUISITION_DEFINE"
    static let key = "define"

    /// All names that are defined, of the file first, so that the command line's count where they differ.
    static func all(_ flags: [Definition], _ sources: SettingsSources) throws(CommandFailure) -> [Sourced<Definition>] {
        var found: [Sourced<Definition>] = []
        if let file = sources.file, let value = file.members.value(ofExactly: key) {
            guard let object = value.object else {
                throw CommandFailure(
                    .usage,
                    "'define' in \(file.path) is \(value); expected an object such as {\"openValve\": 90002}"
                )
            }
            for member in object.members {
                do throws(Problem) {
                    let definition = try Definition(member.key, member.value.description)
                    found.append(Sourced(value: definition, source: .file(file.path)))
                } catch {
                    let name = SafeText.clipped(member.key)
                    throw CommandFailure(.usage, "'define' in \(file.path), '\(name)': \(error)")
                }
            }
        }
        for text in (sources.environment[variable] ?? "").split(separator: ",") {
            do {
                found.append(Sourced(value: try parse(String(text)), source: .environment(variable)))
            } catch {
                throw CommandFailure(
                    .usage,
                    "The environment variable \(variable), '\(SafeText.clipped(String(text)))': \(error)"
                )
            }
        }
        return found + flags.map { Sourced(value: $0, source: .flag("--define")) }
    }
}

/// Names for a shell that completes a word: the protocol's, and those that are defined for this command line.
enum CompletedNames {
    static func commands(_ arguments: [String], _ index: Int, _ prefix: String) -> [String] {
        names(of: ApiCommand.self, arguments)
    }
    static func kinds(_ arguments: [String], _ index: Int, _ prefix: String) -> [String] {
        names(of: ApiEventKind.self, arguments)
    }
    static func topics(_ arguments: [String], _ index: Int, _ prefix: String) -> [String] {
        names(of: ApiTopic.self, arguments)
    }

    private static func names<Code: OpenVocabulary>(of type: Code.Type, _ arguments: [String]) -> [String] {
        let environment = ProcessInfo.processInfo.environment
        let file = try? ConfigurationFile.load(
            named: value(of: "--config", in: arguments).last,
            tool: ConsoleSettings.tool,
            environment: environment
        )
        let flags = value(of: "--define", in: arguments).compactMap { try? Definition.parse($0) }
        let sources = SettingsSources(environment: environment, file: file ?? nil)
        for definition in (try? Definition.all(flags, sources)) ?? [] { try? definition.value.apply() }
        var names: [String] = []
        for dialect in Dialect.allCases {
            for entry in Code.entries(in: dialect) where !names.contains(entry.name) { names.append(entry.name) }
        }
        return names
    }

    private static func value(of option: String, in arguments: [String]) -> [String] {
        arguments.indices.compactMap { index in
            if arguments[index].hasPrefix(option + "=") { return String(arguments[index].dropFirst(option.count + 1)) }
            return arguments[index] == option && index + 1 < arguments.count ? arguments[index + 1] : nil
        }
    }
}
