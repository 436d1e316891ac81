import Foundation
import TestSupport
import Testing

/// Every piece of Swift in README.md, GATEWAYS.md, SECURITY.md, the articles and the doc comments compiles, and a whole program
/// does so without a warning. ``CodeBlock/Kind`` says how each is taken.
@Suite(.timeLimit(.minutes(5)))
struct QuotedCodeTests {
    private static func blocks(_ kind: CodeBlock.Kind) -> [CodeBlock] { CodeBlock.all.filter { $0.kind == kind } }

    @Test(arguments: blocks(.program))
    func aProgramCompilesAsItStands(_ block: CodeBlock) async throws {
        let findings = try await SwiftCompiler.check(
            block.code,
            as: "main.swift",
            ["-warnings-as-errors"] + SwiftCompiler.modules
        )
        #expect(findings == [], "\(block):\n\(block.code)")
    }

    @Test(arguments: blocks(.manifest))
    func aManifestCompilesAsItStands(_ block: CodeBlock) async throws {
        let findings = try await SwiftCompiler.check(
            block.code,
            as: "Package.swift",
            ["-warnings-as-errors", "-package-description-version", "6.2", "-I", try SwiftCompiler.manifestModules()]
        )
        #expect(findings == [], "\(block):\n\(block.code)")
        // It asks for what there is.
        let manifest = try String(contentsOf: Fixtures.checkout.appending(path: "Package.swift"), encoding: .utf8)
        for product in block.code.matches(of: /\.product\(name: "(\w+)"/) {
            #expect(manifest.contains(".library(name: \"\(product.1)\""))
        }
    }

    @Test(arguments: Set(blocks(.fragment).map(\.file)).sorted())
    func fragmentsCompileWhereTheyBelong(_ file: String) async throws {
        let source = Surroundings.of(file).source(
            around: CodeBlock.all.filter { $0.kind == .fragment && $0.file == file }
        )
        let findings = try await SwiftCompiler.check(
            source,
            as: "Fragments.swift",
            ["-parse-as-library", "-package-name", "acquisitionrpc"] + SwiftCompiler.modules
        )
        // What an excerpt makes is used after its end.
        let faults = findings.filter { !$0.contains("was never used") && !$0.contains("was never mutated") }
        #expect(faults == [], "\(source)")
    }

    @Test func theBlocksAreFound() {
        let count = Dictionary(grouping: CodeBlock.all, by: \.kind).mapValues(\.count)
        #expect(count[.program, default: 0] >= 6 && count[.manifest, default: 0] >= 1)
        #expect(count[.fragment, default: 0] >= 30)
        #expect(count[.marked, default: 0] <= 3, "what is not compiled is an exception")
    }

    @Test func blocksAreTakenFromTextAndFromDocComments() {
        let text = "a\n```swift\nlet a = 1\n\nlet b = 2\n```\n```sh\nls\n```\n  ```swift\n// Not compiled: no.\n```\n"
        let document = CodeBlock.blocks(in: text, "a.md") { $0 }
        #expect(document.map(\.line) == [3, 11])
        #expect(document.map(\.kind) == [.fragment, .marked])
        let source =
            "/// A.\n///\n///     let a = 1\n///     let b = 2\n///\n/// - b: c\n///     d\n    /// ```swift\n    /// import A\n    /// ```\n"
        let comments = CodeBlock.blocks(in: source, "a.swift", CodeBlock.docComment)
        #expect(comments.map(\.code) == ["let a = 1\nlet b = 2", "import A"])
        #expect(comments.map(\.line) == [3, 9])
        #expect(comments.map(\.kind) == [.fragment, .program])
    }

    @Test func faultsAreFound() async throws {
        let arguments = ["-warnings-as-errors"] + SwiftCompiler.modules
        let unknown = try await SwiftCompiler.check(
            "import AcquisitionZeroMQ\nlet a = RpcOption()",
            as: "main.swift",
            arguments
        )
        #expect(unknown.count == 1 && unknown[0].contains("RpcOption"))
        let warning = try await SwiftCompiler.check("func f() { let a = 1 }", as: "main.swift", arguments)
        #expect(warning.count == 1 && warning[0].contains("never used"))
    }
}

extension CodeBlock.Kind: Hashable {}
