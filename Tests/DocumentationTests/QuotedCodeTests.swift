import Foundation
import TestSupport
import Testing

/// Every piece of Swift in README.md, GATEWAYS.md and the articles is compiled: it stands, line for line, in the examples of this
/// target.
struct QuotedCodeTests {
    static let documents =
        ["README.md", "GATEWAYS.md"]
        + ["AcquisitionZeroMQ", "Embedding", "Commands", "Events", "OtherLanguages"].map {
            "Sources/AcquisitionZeroMQ/AcquisitionZeroMQ.docc/\($0).md"
        }

    @Test(arguments: documents)
    func codeIsCompiled(_ document: String) throws {
        let text = try String(contentsOf: Fixtures.checkout.appending(path: document), encoding: .utf8)
        let examples = try ["EmbeddingExamples", "GatewayExamples"].flatMap { name in
            let file = Fixtures.checkout.appending(path: "Tests/DocumentationTests/\(name).swift")
            return lines(of: try String(contentsOf: file, encoding: .utf8))
        }.joined(separator: "\n")
        for block in text.components(separatedBy: "```swift\n").dropFirst() {
            let code = block.components(separatedBy: "```")[0]
            if code.contains(".package(") { continue }
            // Imports stand at the top of the examples, once.
            let wanted = lines(of: code).filter { !$0.hasPrefix("import ") }.joined(separator: "\n")
            #expect(examples.contains(wanted), "not compiled in the examples:\n\(code)")
        }
    }

    private func lines(of text: String) -> [String] {
        text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }
}
