import AcquisitionRPC
import Foundation
import TestSupport

/// A trainer that is simulated, on free ports.
struct RunningTrainer: Sendable {
    let process: ToolProcess
    let subscriberPort: Int
    let commandPort: Int

    init() async throws {
        process = try ToolProcess.tool("client-app", ["--json", "--subscriber-port", "0", "--command-port", "0", "-q"])
        let ready = try JSONReader.read(await process.line { $0.contains("\"subscriber\"") })
        subscriberPort = try Self.port(ready["subscriber"])
        commandPort = try Self.port(ready["command"])
    }

    private static func port(_ endpoints: JSONValue?) throws -> Int {
        let endpoint = endpoints?.string ?? endpoints?[0]?.string
        guard let port = endpoint?.split(separator: ":").last.flatMap({ Int($0) }) else {
            throw WireError(.type, "no endpoint in \(endpoints?.description ?? "nothing")")
        }
        return port
    }
}

/// `rpc-gateway`, with what it says of itself.
struct RunningGateway: Sendable {
    let process: ToolProcess

    init(_ arguments: [String]) throws {
        process = try ToolProcess.tool("rpc-gateway", arguments)
    }

    /// The addresses at which the gateways listen, by their names; once all of them do.
    func addresses(_ names: Set<String>) async throws -> [String: String] {
        var addresses: [String: String] = [:]
        while !names.isSubset(of: addresses.keys) {
            let parts = try await process.line { $0.contains(" listens on ") }.components(separatedBy: " listens on ")
            addresses[parts[0]] = parts[1]
        }
        return addresses
    }

    /// Ends it as a user does; its status.
    func interrupt() async -> Int32 {
        process.send(signal: SIGINT)
        return await process.status()
    }
}
