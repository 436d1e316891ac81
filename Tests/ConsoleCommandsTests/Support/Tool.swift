import AcquisitionModel
import Foundation
import TestSupport
import Testing

/// A run of a program, to its end.
struct Tool: Sendable {
    let status: Int32
    let out: String
    let err: String

    /// The lines of standard output as JSON.
    func json() throws -> [JSONValue] {
        try out.split(separator: "\n").map { try JSONReader.read(String($0)) }
    }

    /// How long a run may take, so that a test that waits too long says for what.
    static let patience: Duration = .seconds(30) * Sanitizer.slowdown

    /// A program did not end by itself, and was killed.
    struct DidNotEnd: Error, CustomStringConvertible { let description: String }

    /// Runs `remote-console`.
    static func console(
        _ arguments: [String],
        environment: [String: String] = [:],
        input: String = ""
    ) async throws -> Tool {
        try await run(product("remote-console"), arguments, environment: environment, input: input)
    }

    static func run(
        _ program: URL,
        _ arguments: [String],
        environment: [String: String] = [:],
        input: String = ""
    ) async throws -> Tool {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.environment = clean(home: folder.path).merging(environment) { $1 }
        let inPath = folder.appending(path: "in")
        let outPath = folder.appending(path: "out")
        let errPath = folder.appending(path: "err")
        try Data(input.utf8).write(to: inPath)
        for path in [outPath, errPath] { try Data().write(to: path) }
        process.standardInput = try FileHandle(forReadingFrom: inPath)
        process.standardOutput = try FileHandle(forWritingTo: outPath)
        process.standardError = try FileHandle(forWritingTo: errPath)
        let (ended, continuation) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { ended in
            continuation.yield(ended.terminationStatus)
            continuation.finish()
        }
        try process.run()
        let timer = Task {
            try await Task.sleep(for: patience)
            continuation.finish()
        }
        let status = await ended.first { _ in true }
        timer.cancel()
        let out = String(decoding: try Data(contentsOf: outPath), as: UTF8.self)
        let err = String(decoding: try Data(contentsOf: errPath), as: UTF8.self)
        guard let status else {
            kill(process.processIdentifier, SIGKILL)
            let command = ([program.lastPathComponent] + arguments).joined(separator: " ")
            throw DidNotEnd(description: "'\(command)' did not end within \(patience).\n\(out)\n\(err)")
        }
        return Tool(status: status, out: out, err: err)
    }

    /// Nothing of this machine's own settings, but for what `Scripts/test --sanitize` tells the sanitizers.
    static func clean(home: String) -> [String: String] {
        let own = ProcessInfo.processInfo.environment
        let kept = ["ASAN_OPTIONS", "LD_PRELOAD", "SWIFT_BACKTRACE", "TSAN_OPTIONS"]
        return ["HOME": home, "PATH": own["PATH"] ?? "/usr/bin:/bin", "TERM": "dumb"]
            .merging(own.filter { kept.contains($0.key) }) { $1 }
    }

    /// A program of this package, next to the tests.
    static func product(_ name: String) -> URL {
        let beside = CommandLine.arguments.map { URL(filePath: $0).deletingLastPathComponent().appending(path: name) }
        let build = Fixtures.checkout.appending(path: ".build/debug/\(name)")
        return (beside + [build]).first { FileManager.default.isExecutableFile(atPath: $0.path) } ?? build
    }

    /// The Python of an environment of the tests.
    static func python(_ environment: String) throws -> URL {
        let python = Fixtures.checkout.appending(path: ".venvs/\(environment)/bin/python")
        guard FileManager.default.isExecutableFile(atPath: python.path) else {
            throw MissingEnvironment(description: "There is no .venvs/\(environment): run Scripts/setup --tests")
        }
        return python
    }

    struct MissingEnvironment: Error, CustomStringConvertible { let description: String }
}
