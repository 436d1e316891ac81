import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Foundation
import TestSupport
import Testing

/// A client whose connections have died without either side knowing.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct ReconnectionTests {
    private static let interval: Duration = .milliseconds(500)
    /// Within three intervals, and what a busy machine takes.
    private static let limit = interval * 3 + .milliseconds(500) * Sanitizer.slowdown

    /// A service, and a network between it and a client whose connections can die while new ones are made.
    private struct Network {
        let service: FaultService
        let commands: FaultyPeers
        let events: FaultyPeers
        let client: RpcClient

        init(retries: Int = 0) async throws {
            service = try await FaultService(["--heartbeat", "500"])
            commands = try FaultyPeers("proxy", service.command)
            events = try FaultyPeers("proxy", service.subscriber)
            client = try createApiClient(
                command: await commands.says().text("endpoint"),
                subscriber: await events.says().text("endpoint"),
                options: ClientOptions(retries: retries, heartbeatInterval: interval)
            )
            await client.waits(for: .online)
            #expect(try await client.request(.setApplicationMode, data: 1).data == 1)
            // Its rhythm is learnt.
            try await Task.sleep(for: interval * 2)
        }

        func freeze() async throws {
            try await commands.tell("freeze")
            try await events.tell("freeze")
        }

        func end() async throws {
            client.close()
            for proxy in [commands, events] { try await proxy.leave() }
            await service.end()
        }
    }

    @Test(arguments: [0, 3]) func bothConnectionsAreMadeAnewWhenHeartbeatsAreMissed(_ retries: Int) async throws {
        let network = try await Network(retries: retries)
        try await network.freeze()
        // Nothing is asked meanwhile, so that only heartbeats tell.
        try await Task.sleep(for: Self.limit)
        #expect(try await network.client.request(.setApplicationMode, data: 2, timeout: Self.interval).data == 2)
        #expect(try await network.client.request(.emergencyStop, timeout: Self.interval).result == .success)
        await network.client.waits(for: .online)
        try await network.end()
    }

    @Test func theNextRequestAfterOneWithoutAnAnswerTakesANewConnection() async throws {
        let network = try await Network()
        // Heartbeats go on.
        try await network.commands.tell("freeze")
        let error = await #expect(throws: RpcClientError.self) {
            try await network.client.request(.setApplicationMode, data: 2, timeout: .milliseconds(200))
        }
        #expect(error?.code == .noAnswer && error?.fate == .mayHaveRun)
        #expect(try await network.client.request(.setApplicationMode, data: 3).data == 3)
        #expect(network.client.currentLiveness == .online)
        try await network.end()
    }

    @Test func anEmergencyStopGetsThroughThatWasGivenToADeadConnection() async throws {
        let network = try await Network()
        try await network.commands.tell("freeze")
        let start = ContinuousClock.now
        #expect(try await network.client.request(.emergencyStop, timeout: .seconds(10)).result == .success)
        let duration = ContinuousClock.now - start
        #expect(duration < .seconds(1) + .milliseconds(500) * Sanitizer.slowdown, "\(duration)")
        try await network.end()
    }

    @Test func repliesToOthersAreTakenOnTheConnectionThatIsGivenUp() async throws {
        let service = try await FaultService(["--patient"])
        let client = try service.client()
        await client.waits(for: .online)
        _ = try await client.request(.setApplicationMode)
        // The slow one is answered after a second, and behind it one is not answered in time.
        async let slow = client.request(.userDefined, customCommand: 504, data: 1)
        try await Task.sleep(for: .milliseconds(100))
        let error = await #expect(throws: RpcClientError.self) {
            try await client.request(.userDefined, customCommand: 502, timeout: .milliseconds(100))
        }
        #expect(error?.code == .noAnswer)
        #expect(try await client.request(.setApplicationMode, data: 2).data == 2)
        #expect(try await slow.data == 1)
        client.close()
        await service.end()
    }

    /// A client that expects heartbeats far more often than they come, over a network on which a connection takes seconds.
    @Test func aSlowNetworkGetsThrough() async throws {
        let service = try await FaultService()
        let commands = try FaultyPeers("proxy", service.command)
        let events = try FaultyPeers("proxy", service.subscriber)
        let options = ClientOptions(timeout: RawPeer.patience, heartbeatInterval: .milliseconds(50))
        let client = try createApiClient(
            command: await commands.says().text("endpoint"),
            subscriber: await events.says().text("endpoint"),
            options: options
        )
        for proxy in [commands, events] { try await proxy.tell("delay 0.3") }
        for number in 1...3 {
            #expect(try await client.request(.setApplicationMode, data: JSONValue(number)).data == JSONValue(number))
        }
        await client.waits(for: .online)
        client.close()
        for proxy in [commands, events] { try await proxy.leave() }
        await service.end()
    }

    #if os(Linux)
        @Test(.enabled(if: Link.isPossible, "only root may make the network namespace that this needs"))
        func aChangeOfTheClientsAddressIsSurvived() async throws {
            let link = try await Link("a")
            do { try await checkChange(of: link) } catch { Issue.record(error) }
            await link.remove()
        }

        private func checkChange(of link: Link) async throws {
            let service = try await FaultService(
                ["--address", link.far, "--heartbeat", "500"],
                launcher: "ip netns exec \(link.namespace)"
            )
            let client = try service.client(heartbeat: Self.interval)
            await client.waits(for: .online)
            #expect(try await client.request(.setApplicationMode, data: 1).data == 1)
            try await Task.sleep(for: Self.interval * 2)
            try await link.replaceAddress()
            let start = ContinuousClock.now
            let timeout = Self.interval
            var data: JSONValue = .null
            while data.isNull {
                data = (try? await client.request(.setApplicationMode, data: 2, timeout: timeout))?.data ?? .null
            }
            #expect(try await client.request(.emergencyStop, timeout: timeout).result == .success)
            let duration = ContinuousClock.now - start
            #expect(duration < Self.limit, "\(duration)")
            await client.waits(for: .online)
            client.close()
            await service.end()
        }

    #endif
}
