import Foundation

/// A process that is measured, or that measures.
final class Peer {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var unread = Data()

    init(_ program: [String], environment: [String: String] = [:]) throws {
        process.executableURL = URL(filePath: program[0])
        process.arguments = Array(program.dropFirst())
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    deinit { end() }

    var identifier: Int32 { process.processIdentifier }

    func say(_ line: String) throws {
        try input.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8))
    }

    /// The next line that the process prints, as an object.
    func answer() throws -> [String: Any] {
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                let line = unread[..<end]
                unread = Data(unread[(end + 1)...])
                if let object = try JSONSerialization.jsonObject(with: line) as? [String: Any] { return object }
            }
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw Failure("\(process.executableURL?.path ?? "") ended too early") }
            unread += more
        }
    }

    func text(_ key: String, in answer: [String: Any]) throws -> String {
        guard let text = answer[key] as? String else { throw Failure("no '\(key)' in \(answer)") }
        return text
    }

    /// Ends the process at once, and waits for that.
    func end() {
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Keeps the process's output from filling its pipe, where nobody reads it.
    func ignoreOutput() {
        output.fileHandleForReading.readabilityHandler = { handle in
            if handle.availableData.isEmpty { handle.readabilityHandler = nil }
        }
    }
}

struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

extension [String: Any] {
    func number(_ key: String) -> Double { (self[key] as? NSNumber)?.doubleValue ?? .nan }
}
