import Foundation
import TestSupport
import Testing

/// A call of one of this package's tools in a document.
struct QuotedCommand: Sendable, CustomTestStringConvertible {
    let tool: String
    let arguments: [String]
    let place: String

    var testDescription: String { "\(place): \(tool) \(arguments.joined(separator: " "))" }

    /// Its options, as they are written: `--data`.
    var options: [String] { arguments.filter { $0.hasPrefix("--") } }

    private static let tools = ["client-app", "remote-console", "rpc-gateway"]

    /// Every call in the shell's blocks of the documents.
    static let all: [QuotedCommand] = CodeBlock.documents.flatMap { document in
        let content = (try? String(contentsOf: Fixtures.checkout.appending(path: document), encoding: .utf8)) ?? ""
        return commands(in: content, document)
    }

    static func commands(in content: String, _ document: String) -> [QuotedCommand] {
        var isInside = false
        var aliases: [String: [String]] = [:]
        return content.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
            if line.hasPrefix("```") {
                isInside = line.hasPrefix("```sh")
                return nil
            }
            var words = isInside ? Self.words(of: line) : []
            if words.first == "alias", let parts = words.last?.split(separator: "=", maxSplits: 1), parts.count == 2 {
                aliases[String(parts[0])] = Self.words(of: parts[1])
                return nil
            }
            if words.starts(with: ["swift", "run"]) { words.removeFirst(2) }
            if let first = words.first, let meaning = aliases[first] { words = meaning + words.dropFirst() }
            guard let tool = words.first, tools.contains(tool) else { return nil }
            return QuotedCommand(tool: tool, arguments: Array(words.dropFirst()), place: "\(document):\(index + 1)")
        }
    }

    /// The words of a line as a shell takes them apart, as far as the documents need it.
    static func words(of line: some StringProtocol) -> [String] {
        var words: [String] = []
        var word = ""
        var quote: Character?
        for character in line {
            switch character {
            case "'", "\"":
                if quote == nil {
                    quote = character
                } else if quote == character {
                    quote = nil
                } else {
                    word.append(character)
                }
            case "#" where quote == nil && word.isEmpty: return words
            case " " where quote == nil:
                if !word.isEmpty { words.append(word) }
                word = ""
            default: word.append(character)
            }
        }
        return word.isEmpty ? words : words + [word]
    }
}
