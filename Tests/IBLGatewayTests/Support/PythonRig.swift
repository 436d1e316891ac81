import AcquisitionModel
import GatewayCore
import IBLGateway
import TestSupport
import Testing

/// The real `iblutil.io.net`, in a process.
struct PythonRig: Sendable {
    let process: ToolProcess
    let uri: RigURI

    /// A rig that listens.
    static func server(_ transport: RigURI.Transport, _ options: [String] = []) async throws -> PythonRig {
        try await PythonRig("server", ["\(transport.rawValue)://127.0.0.1"], options)
    }

    /// A controller of one rig.
    static func client(of uri: RigURI, _ options: [String] = []) async throws -> PythonRig {
        try await PythonRig("client", ["\(uri)"], options)
    }

    /// A controller of several rigs.
    static func services(_ uris: [RigURI], _ options: [String] = []) async throws -> PythonRig {
        try await PythonRig("services", uris.map(\.description), options)
    }

    private init(_ role: String, _ uris: [String], _ options: [String]) async throws {
        process = try ToolProcess(".venvs/ibl/bin/python", ["Tests/Peers/ibl_peer.py", role] + uris + options)
        let ready = try JSONReader.read(await process.line { $0.contains("\"ready\"") })
        uri = try RigURI(ready["ready"]?.string ?? uris[0])
    }

    /// Calls a method there; what it returned, or the error.
    func call(_ method: String, _ arguments: [JSONValue] = [], waitingFor event: String? = nil) async throws
        -> JSONValue
    {
        let request: JSONValue = [
            "call": .string(method), "args": .array(arguments), "wait": event.map { .string($0) } ?? .null,
        ]
        try process.write(request.pythonText)
        let line = try JSONReader.read(await process.line { $0.contains("\"result\"") || $0.contains("\"error\"") })
        return line["result"] ?? line["error"] ?? .null
    }

    /// The next message that arrived there, as `[event, …]`.
    func heard() async throws -> JSONValue {
        let line = try JSONReader.read(await process.line { $0.contains("\"event\"") || $0.contains("unconfirmed") })
        return .array([line["event"] ?? line] + (line["data"]?.array ?? []))
    }

    /// Ends the process.
    func end() async {
        process.send(signal: 9)
        _ = await process.status()
    }
}
