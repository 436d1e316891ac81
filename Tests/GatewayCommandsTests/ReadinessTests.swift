import AcquisitionModel
import Foundation
import TestSupport
import Testing

/// What controllers hear of a rig whose acquisition process hangs, or was killed. Over ZeroMQ, with the real `iblutil`.
@Suite(.timeLimit(.minutes(2)))
struct ReadinessTests {
    /// Calls a method of the package, and returns what the rig says to it: `[event, …]`.
    private func answer(_ peer: ToolProcess, _ method: String, _ argument: String = "null") async throws -> JSONValue {
        try peer.write(#"{"call": "\#(method)", "args": [\#(argument)]}"#)
        let line = try JSONReader.read(await peer.line { $0.contains("\"event\"") })
        return .array([line["event"] ?? .null] + (line["data"]?.array ?? []))
    }

    @Test func nothingIsReadyWhereTheProcessHangsOrWasKilled() async throws {
        let trainer = try await RunningTrainer()
        let folder = try TemporaryFolder()
        let file = try folder.write(
            "rig.toml",
            """
            [service]
            command_port = \(trainer.commandPort)
            subscriber_port = \(trainer.subscriberPort)
            [ibl]
            listen = "udp://127.0.0.1:0"
            announce = false
            """
        )
        let gateway = try RunningGateway(["run", "--config", file])
        let address = try #require(try await gateway.addresses(["ibl"])["ibl"])
        let arguments = ["Tests/Peers/ibl_peer.py", "client", "udp://\(address)"]
        let peer = try ToolProcess(".venvs/ibl/bin/python", arguments)
        _ = try await peer.line { $0.contains("ready") }
        // Right after the start, before any heartbeat.
        let prepared = try await answer(peer, "init", #"{"exp_ref": "2026-01-01_1_mouse"}"#)
        #expect(prepared == [1, nil])
        let status = try await answer(peer, "status", "0")
        #expect(status == [32, 10])
        trainer.process.send(signal: SIGSTOP)
        let hanging = try await answer(peer, "init")
        #expect(hanging[0] == 0 && hanging[1]?.string?.contains("did not answer") == true, "\(hanging)")
        trainer.process.send(signal: SIGKILL)
        _ = await trainer.process.status()
        for (method, event) in [("init", 1), ("status", 32), ("cleanup", 8)] {
            let gone = try await answer(peer, method, method == "status" ? "0" : "null")
            #expect(gone[0] == 0 && gone[2] == JSONValue(event), "\(gone)")
            #expect(gone[1]?.string?.contains("The acquisition process is not there") == true, "\(gone)")
        }
        try peer.closeInput()
        _ = await peer.status()
        let ended = await gateway.interrupt()
        #expect(ended == 130)
    }
}
