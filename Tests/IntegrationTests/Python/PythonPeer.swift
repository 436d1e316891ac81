import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Foundation
import TestSupport
import Testing

/// Where the real package is installed: `Scripts/setup --tests` makes both.
enum PythonRelease: String, CaseIterable, Sendable {
    /// 0.12.0.
    case current
    /// 0.9.7.
    case legacy

    var dialect: Dialect { self == .current ? .current : .legacy }

    /// Starts a program of Tests/Peers.
    func run(_ program: String, _ arguments: [String] = []) throws -> ToolProcess {
        try ToolProcess(".venvs/\(rawValue)/bin/python", ["Tests/Peers/\(program)"] + arguments)
    }
}

/// The real service, in a process.
struct PythonService: Sendable {
    let process: ToolProcess
    let subscriber: String
    let command: String

    /// - Parameter ports: nil for any that are free.
    init(_ release: PythonRelease, ports: (subscriber: String, command: String)? = nil) async throws {
        var arguments = ["--heartbeat-interval", "0.2", "--identifier", "rig_7 Lab-A"]
        if let ports { arguments += ["--subscriber-port", ports.subscriber, "--command-port", ports.command] }
        process = try release.run("service.py", arguments)
        let ready = try JSONReader.read(await process.line { $0.contains("\"ready\"") })
        subscriber = try ready.text("subscriber")
        command = try ready.text("command")
    }

    var ports: (subscriber: String, command: String) {
        (String(subscriber.split(separator: ":").last ?? ""), String(command.split(separator: ":").last ?? ""))
    }

    func client(timeout: Duration = RawPeer.patience) throws -> RpcClient {
        let options = ClientOptions(timeout: timeout, heartbeatInterval: .milliseconds(200))
        return try createApiClient(command: command, subscriber: subscriber, options: options)
    }

    /// Publishes an event from the service's own program.
    func publish(_ kind: ApiEventKind, _ context: String) async throws {
        try process.write("event \(kind.rawValue) \(context)")
        _ = try await process.line { $0.contains("\"event\": \(kind.rawValue)") }
    }

    func end() async {
        process.send(signal: SIGKILL)
        _ = await process.status()
    }
}

extension RpcClient {
    /// Waits until the service is known to be so.
    func waits(for liveness: Liveness) async {
        for await state in self.liveness() where state == liveness { return }
    }
}
