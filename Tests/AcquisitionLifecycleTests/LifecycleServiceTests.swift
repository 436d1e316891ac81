import AcquisitionLifecycle
import AcquisitionRPC
import Logging
import ServiceLifecycle
import ServiceLifecycleTestKit
import Testing

/// Parts of an acquisition process in a group of swift-service-lifecycle.
@Suite(.timeLimit(.minutes(1)))
struct LifecycleServiceTests {
    private let transport = InProcessTransport()
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func makeService(_ options: RpcOptions = RpcOptions()) -> TransportRpcService {
        TransportRpcService(options: options, transport: transport, logger: logger)
    }

    @Test func aGracefulShutdownStopsTheService() async throws {
        let service = makeService()
        service.setDelegate { [weak service] request in
            service?.answerLater(to: request) {
                try await Task.sleep(for: .seconds(3600))
                return .success()
            } ?? .unrecognized
        }
        let client = try RpcClient(transport: transport.connect())
        try await testGracefulShutdown { shutdown in
            async let running: Void = LifecycleService(service).run()
            // Answered once the service runs.
            let result = try await client.perform(.setApplicationMode) { _ in shutdown.triggerGracefulShutdown() }
            #expect(result.result == .failed, "a pending command has its last word")
            try await running
        }
        #expect(service.endpoints == nil)
        #expect(throws: RpcServiceError.self) { try service.sendEvent(.tunnelEnter) }
        client.close()
    }

    @Test func cancellingTheGroupStopsTheService() async throws {
        let service = makeService()
        service.setDelegate { _ in .success() }
        let client = try RpcClient(transport: transport.connect())
        let group = ServiceGroup(services: [LifecycleService(service), LifecycleService(client)], logger: logger)
        let running = Task { try await group.run() }
        #expect(try await client.request(.getStatus).result == .success)
        running.cancel()
        _ = await running.result
        #expect(service.endpoints == nil)
        await #expect(throws: RpcClientError.self) { try await client.request(.getStatus) }
    }

    @Test func aShutdownThatCameBeforeIsHeard() async throws {
        let service = makeService()
        let client = try RpcClient(transport: transport.connect())
        try await testGracefulShutdown { shutdown in
            shutdown.triggerGracefulShutdown()
            try await LifecycleService(service).run()
            try await LifecycleService(client).run()
            try await LifecycleService("part") { try await Task.sleep(for: .seconds(3600)) }.run()
        }
        #expect(service.endpoints == nil)
        await #expect(throws: RpcClientError.self) { try await client.request(.getStatus) }
    }

    @Test func whatFailsEndsTheGroup() async throws {
        struct Broken: Error {}
        let service = makeService()
        let broken = LifecycleService("broken") { throw Broken() }
        let group = ServiceGroup(services: [LifecycleService(service), broken], logger: logger)
        await #expect(throws: Broken.self) { try await group.run() }
        #expect(service.endpoints == nil)
        #expect(broken.description == "broken")

        let senseless = makeService(RpcOptions(heartbeatInterval: .zero))
        let other = ServiceGroup(services: [LifecycleService(senseless)], logger: logger)
        let error = await #expect(throws: RpcServiceError.self) { try await other.run() }
        #expect(error?.code == .invalidOptions)
    }

    @Test func aServiceThatTheProgramStopsEndsItsRun() async throws {
        let service = makeService()
        let client = try RpcClient(transport: transport.connect())
        async let running: Void = LifecycleService(service).run()
        #expect(try await client.request(ApiCommand.none).result == .success)
        await service.stop()
        try await running
        client.close()
    }

    /// A cancellation that nobody asked for is an error like any other.
    @Test func aCancellationFromWithinIsAnError() async throws {
        let part = LifecycleService("part") { throw CancellationError() }
        await #expect(throws: CancellationError.self) { try await part.run() }
    }
}
