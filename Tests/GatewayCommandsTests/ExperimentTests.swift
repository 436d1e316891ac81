import AcquisitionZeroMQ
import Foundation
import TestSupport
import Testing

/// One file, one process, every protocol at once, each with its real peer.
@Suite(.timeLimit(.minutes(2)))
struct ExperimentTests {
    /// A trainer, the gateways, and a control room that has the trainer and a real module.
    private struct Rig {
        let trainer: RunningTrainer
        let gateway: RunningGateway
        let addresses: [String: String]
        let folder: TemporaryFolder
        /// A client of the control room.
        let room: RpcClient

        init() async throws {
            trainer = try await RunningTrainer()
            let ports = try await FreePorts.some(4)
            folder = try TemporaryFolder()
            let file = try folder.write("rig.toml", Self.configuration(trainer, ports))
            gateway = try RunningGateway(["run", "--config", file, "-v"])
            addresses = try await gateway.addresses(["dareplane", "ibl", "liaison"])
            room = try createApiClient(commandPort: UInt16(ports[2]), subscriberPort: UInt16(ports[3]))
        }

        private static func configuration(_ trainer: RunningTrainer, _ ports: [Int]) -> String {
            """
            [service]
            command_port = \(trainer.commandPort)
            subscriber_port = \(trainer.subscriberPort)

            [dareplane]
            listen = "127.0.0.1:\(ports[0])"
            [[dareplane.callback]]
            event = "applicationModeChanged"
            where = { mode = 100 }
            to = "recorder"
            send = "ECHO"
            data = { filename = "mytargetfile.xdf", mode = "$mode" }

            [ibl]
            listen = "udp://127.0.0.1:0"

            [liaison]
            listen = "127.0.0.1:0"

            [serve]
            command_port = \(ports[2])
            subscriber_port = \(ports[3])

            [control_room]
            python = "\(Fixtures.checkout.appending(path: ".venvs/dareplane/bin/python").path)"

            [modules.recorder]
            kind = "python"
            ip = "127.0.0.1"
            port = \(ports[1])
            retry_after_s = 0.05
            max_connect_retries = 400
            cwd = "\(Fixtures.checkout.appending(path: "Tests/Peers").path)"
            custom_entry_point = "control_room_module"

            [modules.acquisition]
            kind = "conn_only"
            ip = "127.0.0.1"
            port = \(ports[0])
            retry_after_s = 0.05
            max_connect_retries = 400
            """
        }

        /// Waits until the control room has both modules.
        func ready() async throws {
            _ = try await gateway.process.line { $0 == "control-room is ready" }
        }

        func end() async {
            room.close()
            #expect(await gateway.interrupt() == 130)
            trainer.process.send(signal: SIGTERM)
            _ = await trainer.process.status()
        }
    }

    @Test func anExperimentOfAnIBLClientReachesSubscribersAndDareplaneModules() async throws {
        let rig = try await Rig()
        try await rig.ready()
        let output = rig.room.messages(topics: [.event])
        let endpoint = "tcp://127.0.0.1:\(rig.trainer.subscriberPort)"
        let subscriber = try ToolProcess(
            ".venvs/current/bin/python",
            ["Tests/Peers/subscriber.py", endpoint, "--topic", "4001"]
        )
        _ = try await subscriber.line { $0.contains("subscribed") }
        let ibl = try #require(rig.addresses["ibl"])
        let client = try ToolProcess(
            ".venvs/ibl/bin/python",
            ["Tests/Peers/ibl_peer.py", "client", ibl.hasPrefix("udp://") ? ibl : "udp://\(ibl)"]
        )
        _ = try await client.line { $0.contains("ready") }

        try client.write(#"{"call": "start", "args": ["2026-01-01_1_mouse"], "wait": "EXPSTART"}"#)

        let answer = try JSONReader.read(await client.line { $0.contains("result") || $0.contains("error") })
        #expect(answer["error"] == nil, "\(answer)")
        // To a Python subscriber over ZeroMQ.
        let event = try JSONReader.read(await subscriber.line { $0.contains("100") })
        #expect(event["payload"]?["context"]?["mode"] == 100, "\(event)")
        // To a real Dareplane module, by way of the control room.
        var called: JSONValue?
        for await message in output {
            guard case .event(let event) = message.content, let line = event.context["line"]?.string,
                let said = try? JSONReader.read(line), said["command"] == "ECHO"
            else { continue }
            called = said["arguments"]
            break
        }
        #expect(called == ["filename": "mytargetfile.xdf", "mode": 100])
        // To a Liaison client that asks.
        let liaison = try ToolProcess(
            ".venvs/liaison/bin/python",
            ["Tests/Peers/liaison_client.py", "ws://\(try #require(rig.addresses["liaison"]))"]
        )
        try liaison.write(#"{"command": {"command": "run", "args": ["rpc:send", "getStatus"]}, "id": 1}"#)
        let reply = try JSONReader.read(await liaison.line { $0.contains("text") })["text"]?.string ?? ""
        #expect(try JSONReader.read(reply)["response"]?["data"]?["applicationMode"] == 100, "\(reply)")
        for process in [client, liaison] {
            try process.closeInput()
            _ = await process.status()
        }
        subscriber.send(signal: SIGTERM)
        _ = await subscriber.status()
        await rig.end()
    }
}
