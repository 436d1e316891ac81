import AcquisitionRPC
import Foundation
import GatewayCore
import TestSupport

/// The releases of dareplane-utils that are tested against: `Scripts/setup --tests` installs them.
enum DareplaneRelease: String, CaseIterable, Sendable {
    case current = "dareplane"
    case before24 = "dareplane-0.0.23"
    case old = "dareplane-0.0.19"

    /// Starts a program of Tests/Peers.
    func run(_ program: String, _ arguments: [String] = []) throws -> ToolProcess {
        try ToolProcess(".venvs/\(rawValue)/bin/python", ["-W", "ignore", "Tests/Peers/\(program)"] + arguments)
    }
}

/// A real module, in a process.
struct PythonModule: Sendable {
    let process: ToolProcess
    let address: ListenAddress

    init(_ release: DareplaneRelease = .current, _ arguments: [String] = []) async throws {
        process = try release.run("dareplane_module.py", arguments)
        let line = try JSONReader.read(await process.line { $0.contains("\"port\"") })
        guard let port = line["port"]?.int else { throw GatewayError(.badValue, "no port in \(line)") }
        address = ListenAddress(port: port)
    }

    /// The next call of a command that the module reports.
    func call() async throws -> JSONValue {
        try JSONReader.read(await process.line { $0.contains("\"command\"") })
    }

    func end() async {
        process.send(signal: SIGKILL)
        _ = await process.status()
    }
}
