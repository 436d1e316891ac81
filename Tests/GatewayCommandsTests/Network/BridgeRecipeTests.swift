import Foundation
import TestSupport
import Testing

/// The recipe of `Examples/docker`, without Docker: its bridge, its addresses and its command lines, in namespaces of the
/// network.
@Suite(.serialized, .timeLimit(.minutes(2)), .enabled(if: TestNetwork.isToRun, "needs root and ip (iproute2)"))
struct BridgeRecipeTests {
    /// What the recipe says.
    private struct Recipe {
        let bridge: String
        let gateway: String
        let length: String
        let host: String
        /// The command line of the acquisition process, after its name.
        let arguments: [String]

        init() throws {
            let folder = Fixtures.checkout.appending(path: "Examples/docker")
            let compose = try String(contentsOf: folder.appending(path: "compose.yaml"), encoding: .utf8)
            let text = try String(contentsOf: folder.appending(path: "README.md"), encoding: .utf8)
            bridge = String(try #require(try /com\.docker\.network\.bridge\.name: (\S+)/.firstMatch(in: compose)).1)
            gateway = String(try #require(try /gateway: (\S+)/.firstMatch(in: compose)).1)
            length = String(try #require(try /subnet: \S+\/(\d+)/.firstMatch(in: compose)).1)
            let entry = try #require(try /extra_hosts:\s+- "(\w+):(\S+)"/.firstMatch(in: compose))
            host = String(entry.1)
            #expect(String(entry.2) == gateway)
            let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("client-app ") })
            arguments = line.split(separator: " ").dropFirst().map(String.init)
            #expect(arguments.contains(bridge))
        }
    }

    @Test func aContainerReachesTheRigAndNobodyElseDoes() async throws {
        let recipe = try Recipe()
        try await TestNetwork.run { network in
            let rig = try await network.machine("r")
            let container = try await network.machine("k")
            let laboratory = try await network.machine("l")
            // As Docker does it: a bridge with the gateway's address, to which each container has a device.
            try await rig.ip("link add \(recipe.bridge) type bridge")
            try await rig.ip("addr add \(recipe.gateway)/\(recipe.length) dev \(recipe.bridge)")
            try await rig.ip("link set \(recipe.bridge) up")
            try await network.connect(rig, "veth1", container, "eth0")
            try await rig.ip("link set veth1 master \(recipe.bridge) up")
            let parts = recipe.gateway.split(separator: ".").dropLast().joined(separator: ".")
            try await container.ip("addr add \(parts).77/\(recipe.length) dev eth0")
            try await container.ip("link set eth0 up")
            // A machine of the laboratory that knows the way to the bridge, through the rig's other interface.
            try await network.connect(rig, "eth0", laboratory, "eth0")
            try await rig.ip("addr add 192.168.77.1/24 dev eth0")
            try await laboratory.ip("addr add 192.168.77.2/24 dev eth0")
            for machine in [rig, laboratory] { try await machine.ip("link set eth0 up") }
            try await laboratory.ip("route add \(recipe.gateway)/32 via 192.168.77.1")
            try await container.ip("route add default via \(recipe.gateway)")

            let app = try rig.tool("client-app", recipe.arguments + ["--heartbeat-interval", "0.2"])
            _ = await becomes { app.errorsSoFar.contains("5557") || app.outputSoFar.contains("5557") }
            let hosts = "\(recipe.gateway) \(recipe.host)"
            #expect(try await status(container, recipe.host, hosts) == 0, "\(app.errorsSoFar)")
            #expect(try await hears(container, recipe.host, hosts))
            // The machine itself, at both of the addresses.
            #expect(try await status(rig, "127.0.0.1") == 0)
            #expect(try await status(rig, recipe.gateway) == 0)
            #expect(try await status(laboratory, recipe.gateway, within: "1s") == 3)
            #expect(try await status(laboratory, "192.168.77.1", within: "1s") == 3)
            app.send(signal: SIGTERM)
            _ = await app.status()

            // It is the confinement that keeps the laboratory out, and no missing way.
            let open = try rig.tool("client-app", ["--bind", recipe.gateway, "--allow-insecure-remote"])
            _ = await becomes { open.errorsSoFar.contains("5557") || open.outputSoFar.contains("5557") }
            #expect(try await status(laboratory, recipe.gateway) == 0, "\(open.errorsSoFar)")
            open.send(signal: SIGTERM)
            _ = await open.status()

            // What else would be bound is not allowed.
            for bind in ["*", "192.168.77.1", "eth0"] {
                let arguments = ["--bind", bind, "--allow-insecure-remote", recipe.bridge]
                let refused = try rig.tool("client-app", arguments)
                #expect(await refused.status() == 1)
                #expect(refused.errorsSoFar.contains("said for \(recipe.bridge) alone"), "\(refused.errorsSoFar)")
            }
        }
    }

    private func status(
        _ machine: TestNetwork.Machine,
        _ host: String,
        _ hosts: String? = nil,
        within limit: String = "20s"
    ) async throws -> Int32 {
        let arguments = ["--host", host, "--timeout", limit, "status"]
        return await (try machine.tool("remote-console", arguments, hosts: hosts)).status()
    }

    /// Whether a subscriber as the device service has one hears a heartbeat: pyzmq, IPv4, no keys.
    private func hears(_ machine: TestNetwork.Machine, _ host: String, _ hosts: String) async throws -> Bool {
        let program = """
            import sys, zmq
            events = zmq.Context().socket(zmq.SUB)
            events.connect(f"tcp://{sys.argv[1]}:5556")
            events.subscribe(b"")
            print(len(events.recv_multipart()) if events.poll(15000) else "silence")
            """
        let python = Fixtures.checkout.appending(path: ".venvs/tools/bin/python").path
        let subscriber = try machine.run(python, ["-c", program, host], hosts: hosts)
        let status = await subscriber.status()
        return status == 0 && subscriber.outputSoFar == "2\n"
    }
}
