public import Foundation
import Synchronization

/// A program that a test runs as a process: one of this package's tools, or a peer in another language.
///
/// Whatever it prints is kept, so that a test that fails can show it. A process that is still there when the last
/// reference goes is killed.
public final class ToolProcess: Sendable {
    /// What it printed on standard output, line by line, as it comes. For one reader.
    public let lines: AsyncStream<String>
    /// The process's number.
    public let identifier: Int32
    private let input: Mutex<FileHandle>
    private let output: Collector
    private let errors: Collector
    private let exit = Latch()

    /// Starts `executable`.
    ///
    /// - Parameters:
    ///   - executable: a path, absolute or relative to the checkout.
    ///   - arguments: its arguments.
    ///   - environment: what to add to this process's environment.
    public init(_ executable: String, _ arguments: [String] = [], environment: [String: String] = [:]) throws {
        let url = executable.hasPrefix("/") ? URL(filePath: executable) : Fixtures.checkout.appending(path: executable)
        guard FileManager.default.isExecutableFile(atPath: url.path) else {
            throw ToolProcessError("\(url.path) is not there. Run Scripts/setup --tests first.")
        }
        let (lines, continuation) = AsyncStream.makeStream(of: String.self)
        self.lines = lines
        let child = try Spawn(
            url.path,
            arguments,
            environment: ProcessInfo.processInfo.environment.merging(environment) { $1 },
            folder: Fixtures.checkout.path
        )
        identifier = child.identifier
        input = Mutex(child.input)
        output = Collector(child.output, continuation)
        errors = Collector(child.errors, nil)
        Thread.detachNewThread { [exit] in exit.open(child.wait()) }
    }

    deinit {
        if !exit.isOpen { kill(identifier, SIGKILL) }
    }

    /// One of this package's tools, from the folder in which the tests were built.
    public static func tool(
        _ name: String,
        _ arguments: [String] = [],
        environment: [String: String] = [:]
    ) throws -> ToolProcess {
        try ToolProcess(products.appending(path: name).path, arguments, environment: environment)
    }

    /// The folder in which the tests and the tools were built.
    public static var products: URL {
        let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
        let running = bundle ?? URL(filePath: ProcessInfo.processInfo.arguments[0])
        return running.deletingLastPathComponent()
    }

    /// Everything printed on standard output so far.
    public var outputSoFar: String { output.text }

    /// Everything printed on standard error so far.
    public var errorsSoFar: String { errors.text }

    /// Gives the process a line on standard input.
    public func write(_ line: String) throws {
        try input.withLock { try $0.write(contentsOf: Data((line + "\n").utf8)) }
    }

    /// Ends standard input.
    public func closeInput() throws {
        try input.withLock { try $0.close() }
    }

    /// Sends a signal.
    public func send(signal: Int32) {
        _ = kill(identifier, signal)
    }

    /// Halts the process with SIGSTOP, and waits until all of it stands still; SIGCONT lets it go on.
    public func halt() {
        send(signal: SIGSTOP)
        var information = siginfo_t()
        // Only looks (WNOWAIT): the end of the process is waited for elsewhere.
        while waitid(P_PID, id_t(identifier), &information, WSTOPPED | WNOWAIT) == -1, errno == EINTR {}
    }

    /// The first line of standard output, from where reading stands, that `predicate` accepts.
    ///
    /// - Throws: ``ToolProcessError`` with everything printed where the output ends before.
    public func line(where predicate: (String) -> Bool = { _ in true }) async throws -> String {
        for await line in lines where predicate(line) { return line }
        throw ToolProcessError("The output ended before the line came.\n\(outputSoFar)\n\(errorsSoFar)")
    }

    /// The status with which the process ends; 128 and the signal's number where a signal ended it. From then on
    /// everything that it printed is there.
    public func status() async -> Int32 {
        let status = await exit.wait()
        _ = await (output.end.wait(), errors.end.wait())
        return status
    }
}

/// Why a process is of no use to a test.
public struct ToolProcessError: Error, CustomStringConvertible {
    /// What happened, with what the process printed.
    public let description: String

    init(_ description: String) { self.description = description }
}

/// Keeps what comes out of a pipe, and passes it on line by line.
private final class Collector: Sendable {
    private let state = Mutex(State())
    /// Opens when the pipe has nothing more to give.
    let end = Latch()

    private struct State {
        var all = Data()
        var unfinished = Data()
    }

    /// Begins to read, on a thread of its own.
    init(_ pipe: FileHandle, _ continuation: AsyncStream<String>.Continuation?) {
        Thread.detachNewThread { [self] in
            while case let data = pipe.availableData, !data.isEmpty {
                for line in take(data) { continuation?.yield(line) }
            }
            continuation?.finish()
            end.open(0)
        }
    }

    var text: String { state.withLock { String(decoding: $0.all, as: UTF8.self) } }

    private func take(_ data: Data) -> [String] {
        state.withLock { state in
            state.all.append(data)
            state.unfinished.append(data)
            var lines: [String] = []
            while let end = state.unfinished.firstIndex(of: UInt8(ascii: "\n")) {
                lines.append(String(decoding: state.unfinished[..<end], as: UTF8.self))
                state.unfinished = Data(state.unfinished[(end + 1)...])
            }
            return lines
        }
    }
}

/// The end of something, to be waited for by anybody.
private final class Latch: Sendable {
    private let state = Mutex<(status: Int32?, waiting: [CheckedContinuation<Int32, Never>])>((nil, []))

    var isOpen: Bool { state.withLock { $0.status != nil } }

    func open(_ status: Int32) {
        let waiting = state.withLock { state in
            state.status = status
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: status) }
    }

    func wait() async -> Int32 {
        await withCheckedContinuation { continuation in
            let status = state.withLock { state in
                if state.status == nil { state.waiting.append(continuation) }
                return state.status
            }
            if let status { continuation.resume(returning: status) }
        }
    }
}
