import AcquisitionRPC
import Foundation
import GatewayCore
import LiaisonGateway
import Logging
import TestSupport
import Testing

/// PsychoPy Studio, whose listeners look into every message that arrives.
@Suite(.timeLimit(.minutes(1)))
struct StudioTests {
    /// An application of the old release publishes NaN; Studio waits for a reply, and subscribes, and keeps alive.
    @Test func noListenerThrows() async throws {
        let transport = InProcessTransport()
        let service = TransportRpcService(
            options: RpcOptions(heartbeatInterval: .milliseconds(50)),
            transport: transport,
            logger: .quiet
        )
        let (asked, ask) = AsyncStream.makeStream(of: Void.self)
        let (going, go) = AsyncStream.makeStream(of: Void.self)
        service.setDelegate { request in
            guard request.command == .getConfiguration else { return .success(["rate": .number(.nan)]) }
            ask.yield()
            for await _ in going { break }
            return .success()
        }
        try service.start()
        let client = try RpcClient(transport: transport.connect())
        var settings = LiaisonGatewaySettings()
        settings.gateway.listen.port = 0
        let gateway = try LiaisonGateway(settings: settings, client: client, logger: .quiet)
        let (addresses, told) = AsyncStream.makeStream(of: ListenAddress.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await gateway.run { told.yield($0) } }
            let address = try #require(await addresses.first { _ in true })
            let script = Fixtures.checkout.appending(path: "Tests/Peers/psychopy_studio.mjs").path
            let studio = try ToolProcess(
                "/usr/bin/env",
                ["node", "--no-warnings", "--experimental-websocket", script, "ws://\(address)"]
            )
            try studio.write(#"["run", ["rpc:subscribe", ["event", "heartbeat"]]]"#)
            _ = try await studio.line { $0.contains("\"reply\"") }
            // Messages arrive while a request waits for its reply.
            try studio.write(#"["run", ["rpc:perform", "GET_CONFIGURATION"]]"#)
            for await _ in asked { break }
            try service.sendEvent(.tunnelEnter)
            try service.send(.event, Array(#"{"kind": 1101, "context": {"x": NaN}, "when": 1, "index": 1}"#.utf8))
            let event = try await studio.line { $0.contains("\"tag\":\"event\"") }
            #expect(try JSONReader.read(event)["message"]?["evt"] == ["id": "push:event"])
            let odd = try await studio.line { $0.contains("\"x\":null") }
            #expect(odd.contains("\"tag\":\"event\""))
            gateway.server.push(["n": .number(-.infinity)])
            _ = try await studio.line { $0.contains("\"n\":null") && $0.contains("\"tag\":\"push\"") }
            go.yield()
            _ = try await studio.line { $0.contains("\"reply\"") }
            for command in [#"["get", ["rpc.status"]]"#, #"["get", ["rpc.events"]]"#, #"["ping"]"#] {
                try studio.write(command)
                let reply = try await studio.line { $0.contains("\"reply\"") }
                if command.contains("status") { #expect(reply.contains("\"rate\":null")) }
            }
            try studio.closeInput()
            let status = await studio.status()
            #expect(
                status == 0 && !studio.outputSoFar.contains("thrown"),
                "\(studio.outputSoFar) \(studio.errorsSoFar)"
            )
            group.cancelAll()
        }
        client.close()
        await service.stop()
    }
}
