import Foundation
import TestSupport
import Testing

/// A piece of Swift in a document or in a doc comment.
struct CodeBlock: Sendable, CustomTestStringConvertible {
    /// How it is compiled.
    enum Kind: Sendable {
        /// A whole file: it begins with its imports, and stands in a `main.swift` as it is.
        case program
        /// A `Package.swift`.
        case manifest
        /// Statements and declarations that belong into something of the reader's, see ``Surroundings``.
        case fragment
        /// Nothing for the compiler: its first line says so, `// Not compiled: …`, for the reader to see.
        case marked
    }

    /// The file that it stands in, relative to the checkout.
    let file: String
    /// The number of its first line there, counted from 1.
    let line: Int
    /// The code.
    let code: String

    var testDescription: String { "\(file):\(line)" }

    var kind: Kind {
        let first = code.split(separator: "\n").first.map(String.init) ?? ""
        if first.hasPrefix("// Not compiled: ") { return .marked }
        if first.hasPrefix("// swift-tools-version") { return .manifest }
        return first.hasPrefix("import ") ? .program : .fragment
    }

    private static let sources: [String] = {
        let sources = FileManager.default.enumerator(atPath: Fixtures.checkout.appending(path: "Sources").path)
        return (sources?.compactMap { $0 as? String } ?? []).map { "Sources/\($0)" }.sorted()
    }()

    /// The documents that are about the code.
    static let documents = ["README.md", "GATEWAYS.md", "SECURITY.md"] + sources.filter { $0.hasSuffix(".md") }

    /// Every block of the checkout: of the documents, and of the doc comments of all sources.
    static let all: [CodeBlock] =
        documents.flatMap { blocks(of: $0) { $0 } }
        + sources.filter { $0.hasSuffix(".swift") }.flatMap { blocks(of: $0, docComment) }

    /// What stands in a line of a doc comment; nil for another line.
    static func docComment(_ line: Substring) -> Substring? {
        let line = line.drop { $0 == " " }
        guard line.hasPrefix("///") else { return nil }
        return line.dropFirst(line.hasPrefix("/// ") ? 4 : 3)
    }

    /// The blocks in fences, and those that are indented by four.
    static func blocks(of path: String, _ text: (Substring) -> Substring?) -> [CodeBlock] {
        let content = (try? String(contentsOf: Fixtures.checkout.appending(path: path), encoding: .utf8)) ?? ""
        return blocks(in: content, path, text)
    }

    static func blocks(in content: String, _ path: String, _ text: (Substring) -> Substring?) -> [CodeBlock] {
        var blocks: [CodeBlock] = []
        var open: (line: Int, isSwift: Bool, isFenced: Bool, lines: [Substring])?
        var previous: Substring?
        func close() {
            if let block = open, block.isSwift {
                let code = block.lines.joined(separator: "\n")
                blocks.append(CodeBlock(file: path, line: block.line, code: code))
            }
            open = nil
        }
        for (index, whole) in content.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = text(whole)
            defer { previous = line }
            guard let line else {
                close()
                continue
            }
            let trimmed = line.drop { $0 == " " }
            let isIndented = line.hasPrefix("    ") && !trimmed.isEmpty
            if trimmed.hasPrefix("```") {
                if open?.isFenced == true {
                    close()
                } else {
                    close()
                    open = (index + 2, trimmed.dropFirst(3).hasPrefix("swift"), true, [])
                }
            } else if open?.isFenced == true {
                open?.lines.append(line)
            } else if isIndented, open != nil || previous?.allSatisfy({ $0 == " " }) == true {
                if open == nil { open = (index + 1, path.hasSuffix(".swift"), false, []) }
                open?.lines.append(line.dropFirst(4))
            } else {
                close()
            }
        }
        close()
        return blocks
    }
}
