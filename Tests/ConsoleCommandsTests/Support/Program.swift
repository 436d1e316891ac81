import Foundation
import Testing

@testable import ConsoleCommands

/// A program of this package at work, with its three pipes.
final class Program: Sendable {
    let input: FileHandle
    let output: AsyncStream<String>
    let errors: AsyncStream<String>
    private let process: Process
    private let endings: AsyncStream<Int32>

    /// Where the built programs lie: next to the tests.
    static func url(_ name: String) throws -> URL {
        var folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        for _ in 0..<6 {
            let url = folder.appending(path: name)
            if FileManager.default.isExecutableFile(atPath: url.path) { return url }
            folder.deleteLastPathComponent()
        }
        throw Missing(name: name)
    }

    struct Missing: Error {
        let name: String
    }

    /// Starts the program.
    ///
    /// - Parameter isHeard: whether anybody reads its standard output.
    init(
        _ name: String,
        _ arguments: [String],
        environment: [String: String] = [:],
        isHeard: Bool = true
    ) throws {
        // A program that ended early is no reason to end the tests.
        signal(SIGPIPE, SIG_IGN)
        process = Process()
        process.executableURL = try Self.url(name)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment
            .filter { !$0.key.hasPrefix("ACQUISITION_") }
            .merging(environment) { $1 }
        let (input, output, errors) = (Pipe(), Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = errors
        let (endings, ending) = AsyncStream.makeStream(of: Int32.self)
        self.endings = endings
        process.terminationHandler = {
            ending.yield($0.terminationReason == .exit ? $0.terminationStatus : -$0.terminationStatus)
            ending.finish()
        }
        try process.run()
        self.input = input.fileHandleForWriting
        if isHeard {
            self.output = LineReader.lines(of: dup(output.fileHandleForReading.fileDescriptor))
        } else {
            self.output = AsyncStream { $0.finish() }
        }
        try output.fileHandleForReading.close()
        self.errors = LineReader.lines(of: dup(errors.fileHandleForReading.fileDescriptor))
    }

    deinit { if process.isRunning { process.terminate() } }

    func type(_ lines: String...) throws {
        for line in lines { try input.write(contentsOf: Data((line + "\n").utf8)) }
    }

    func terminate() { process.terminate() }
    func interrupt() { process.interrupt() }

    /// The exit status; negative for the number of a signal that ended the process.
    func status() async -> Int32? { await endings.first { _ in true } }
}

extension AsyncSequence where Element == String {
    /// The next line that holds `text`.
    func next(with text: String) async throws -> String {
        for try await line in self where line.contains(text) { return line }
        Issue.record("No line holds '\(text)'")
        throw CancellationError()
    }
}
