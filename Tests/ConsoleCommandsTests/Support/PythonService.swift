import AcquisitionModel
import Foundation
import TestSupport
import Testing

/// The Python package's own service (`Tests/Peers/service.py`), of release 0.12.0 or 0.9.7.
final class PythonService: Sendable {
    /// The options with which the console finds it.
    let connection: [String]
    private let input: FileHandle
    private let identifier: Int32

    /// Starts it and waits until it answers.
    ///
    /// - Parameter script: of Tests/Peers; one with the options and the first line of service.py.
    static func start(_ environment: String, script: String = "service.py") async throws -> PythonService {
        let process = Process()
        process.executableURL = try Tool.python(environment)
        process.arguments = [
            Fixtures.checkout.appending(path: "Tests/Peers/\(script)").path, "--heartbeat-interval", "0.3",
        ]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        let (chunks, continuation) = AsyncStream.makeStream(of: Data.self)
        output.fileHandleForReading.readabilityHandler = { handle in
            let data = handle.availableData
            if data.isEmpty { continuation.finish() } else { continuation.yield(data) }
        }
        try process.run()
        var text = Data()
        for await chunk in chunks {
            text += chunk
            let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
            guard let ready = lines.compactMap({ try? JSONReader.read(Array($0)) }).first(where: { $0["ready"] != nil })
            else { continue }
            let port = { (key: String) in ready[key]?.string?.split(separator: ":").last.map(String.init) }
            let connection = [
                "--command-port", try #require(port("command")), "--subscriber-port", try #require(port("subscriber")),
            ]
            return PythonService(process, input.fileHandleForWriting, connection)
        }
        struct DidNotStart: Error {}
        throw DidNotStart()
    }

    private init(_ process: Process, _ input: FileHandle, _ connection: [String]) {
        identifier = process.processIdentifier
        self.input = input
        self.connection = connection
    }

    /// Has it publish an event.
    func publish(_ kind: Int, _ context: String) throws {
        try input.write(contentsOf: Data("event \(kind) \(context)\n".utf8))
    }

    func end() { kill(identifier, SIGTERM) }
}
