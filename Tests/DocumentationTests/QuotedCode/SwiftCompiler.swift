import Foundation
import TestSupport

/// The compiler, as a fresh program of a reader's would have it: the modules as they were built, Swift 6, warnings are errors.
enum SwiftCompiler {
    /// What it says about a file, as far as it is an error or a warning; empty where all is well.
    ///
    /// - Parameters:
    ///   - source: the file's text.
    ///   - name: its name. In `main.swift` statements may stand outside of functions.
    ///   - arguments: what the compiler is told beyond the usual.
    static func check(_ source: String, as name: String, _ arguments: [String] = []) async throws -> [String] {
        let folder = try TemporaryFolder()
        let file = try folder.write(name, source)
        let compiler = try ToolProcess(
            "/usr/bin/env",
            ["swiftc", "-typecheck", "-swift-version", "6", "-module-name", "example"] + arguments + [file]
        )
        let status = await compiler.status()
        let lines = compiler.errorsSoFar.split(separator: "\n").map(String.init)
        let findings = lines.filter { $0.contains(": error: ") || $0.contains(": warning: ") }
        return status != 0 && findings.isEmpty ? lines : findings
    }

    /// Where the modules are that a `Package.swift` imports.
    static func manifestModules() throws -> String {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        for folder in path.split(separator: ":") {
            let compiler = URL(filePath: "\(folder)/swiftc").resolvingSymlinksInPath()
            let modules = compiler.deletingLastPathComponent().appending(path: "../lib/swift/pm/ManifestAPI")
            if FileManager.default.fileExists(atPath: modules.path) { return modules.path }
        }
        throw CocoaError(.fileNoSuchFile)
    }

    /// The modules of this package, as they were built for the tests, and the C modules that they need.
    static let modules: [String] = {
        let products = ToolProcess.products.resolvingSymlinksInPath()
        let checkouts = products.deletingLastPathComponent().deletingLastPathComponent().appending(path: "checkouts")
        let maps =
            folders(in: products) + folders(in: Fixtures.checkout.appending(path: "Sources"))
            + folders(in: checkouts).flatMap { folders(in: $0.appending(path: "Sources")) }
            .map { $0.appending(path: "include") }
        let present = maps.map { $0.appending(path: "module.modulemap").path }
            .filter(FileManager.default.fileExists(atPath:))
        return ["-I", products.appending(path: "Modules").path]
            + present.flatMap { ["-Xcc", "-fmodule-map-file=\($0)"] }
    }()

    private static func folders(in folder: URL) -> [URL] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().map { folder.appending(path: $0) }
    }
}
