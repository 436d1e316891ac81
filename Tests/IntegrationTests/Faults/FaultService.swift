import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Foundation
import TestSupport
import Testing

/// A service of this package in a process of its own, which a test may harm.
struct FaultService: Sendable {
    let process: ToolProcess
    let subscriber: String
    let command: String

    /// - Parameters:
    ///   - arguments: of `fault-peer`.
    ///   - shell: what a shell does before it becomes the service, to lower a limit for instance.
    ///   - launcher: the program, and its arguments, that becomes the service.
    init(
        _ arguments: [String] = [],
        shell: String = "",
        launcher: String = "",
        environment: [String: String] = [:]
    ) async throws {
        let program = ToolProcess.products.appending(path: "fault-peer").path
        process = try ToolProcess(
            "/bin/sh",
            ["-c", #"\#(shell) exec \#(launcher) "$0" "$@""#, program] + arguments,
            environment: environment
        )
        let ready = try JSONReader.read(await process.line { $0.contains("\"ready\"") })
        subscriber = try ready.text("subscriber")
        command = try ready.text("command")
    }

    /// What the process holds now.
    func resources(sourceLocation: SourceLocation = #_sourceLocation) throws -> ProcessResources {
        try #require(ProcessResources(of: process.identifier), sourceLocation: sourceLocation)
    }

    /// What the process holds as soon as it has no more descriptors and threads than `before`, or after a time that is
    /// long enough.
    func resources(whenBackTo before: ProcessResources) async throws -> ProcessResources {
        try await before.awaited(within: RawPeer.patience * 3, now: { try resources() })
    }

    func client(timeout: Duration = RawPeer.patience, heartbeat: Duration = .milliseconds(100)) throws -> RpcClient {
        let options = ClientOptions(timeout: timeout, heartbeatInterval: heartbeat)
        return try createApiClient(command: command, subscriber: subscriber, options: options)
    }

    /// Expects that a new client is answered.
    func expectToServe(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let client = try client()
        let reply = try await client.request(.getStatus, data: ["still": "there"])
        #expect(reply.data == ["still": "there"], sourceLocation: sourceLocation)
        client.close()
    }

    /// Publishes an event, and waits until that is done.
    func publish(_ number: Int) async throws {
        try process.write("event \(number)")
        _ = try await process.line { $0 == #"{"event":\#(number)}"# }
    }

    /// Ends the process, and waits for that.
    func end() async {
        process.send(signal: SIGKILL)
        _ = await process.status()
    }
}

/// A program of Tests/Peers/faults.py.
struct FaultyPeers: Sendable {
    let process: ToolProcess

    init(_ arguments: String..., namespace: String? = nil) throws {
        let python = Fixtures.checkout.appending(path: ".venvs/tools/bin/python").path
        let program = [python, "Tests/Peers/faults.py"] + arguments
        guard let namespace else {
            process = try ToolProcess(python, Array(program.dropFirst()))
            return
        }
        process = try ToolProcess("/usr/bin/env", ["ip", "netns", "exec", namespace] + program)
    }

    /// The next thing that it says.
    func says() async throws -> JSONValue { try JSONReader.read(await process.line()) }

    /// Gives it a line, and waits until that is done.
    func tell(_ line: String) async throws {
        try process.write(line)
        _ = try await says()
    }

    /// Lets it leave by itself, which closes what it holds.
    func leave() async throws {
        try process.closeInput()
        #expect(await process.status() == 0, "\(process.errorsSoFar)")
    }
}
