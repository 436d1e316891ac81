import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Foundation
import Synchronization
import TestSupport
import Testing

/// Commands that something on the way holds until their user has been told that they failed.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct HeldCommandTests {
    private let runs = Runs()

    private final class Runs: Sendable {
        private let list = Mutex<[JSONValue]>([])
        func add(_ data: JSONValue) { list.withLock { $0.append(data) } }
        var all: [JSONValue] { list.withLock { $0 } }
    }

    private func service(_ change: (inout RpcOptions) -> Void = { _ in }) throws -> any RpcService {
        var options = RpcOptions(heartbeatInterval: .milliseconds(100), subscriberPort: 0, commandPort: 0)
        change(&options)
        let service = try #require(createApiService(ApiOptions(rpc: options)))
        service.setDelegate { [runs] request in
            runs.add(request.data)
            return .success(request.data)
        }
        try service.start()
        return service
    }

    /// A client of the service, whose commands go through a proxy.
    private func client(
        of service: any RpcService,
        _ options: ClientOptions = ClientOptions(timeout: .milliseconds(500))
    ) async throws -> (client: RpcClient, proxy: FaultyPeers) {
        let endpoints = try #require(service.endpoints)
        let proxy = try FaultyPeers("proxy", endpoints.command[0])
        let client = try createApiClient(
            command: await proxy.says().text("endpoint"),
            subscriber: endpoints.subscriber[0],
            options: options
        )
        await client.waits(for: .online)
        return (client, proxy)
    }

    @Test func aCommandThatAProxyHasHeldDoesNotRun() async throws {
        let service = try service()
        let (client, proxy) = try await client(of: service)
        #expect(try await client.request(.setApplicationMode, data: 1).data == 1)
        await proxy.process.freeze()
        for command: ApiCommand in [.setApplicationMode, .emergencyResume] {
            let error = await #expect(throws: RpcClientError.self) { try await client.request(command, data: 2) }
            // Either it has gone out, or it waits for a new connection, and is forgotten.
            #expect(error?.fate == .mayHaveRun || error?.fate == .notRun, "\(String(describing: error))")
        }
        proxy.process.thaw()
        #expect(await becomes { service.counters[.tooLate, default: 0] > 0 })
        #expect(try await client.request(.setApplicationMode, data: 3, timeout: .seconds(10)).data == 3)
        #expect(runs.all == [1, 3])
        client.close()
        try await proxy.leave()
        await service.stop()
    }

    @Test func aLateEmergencyStopIsCarriedOut() async throws {
        let service = try service()
        let (client, proxy) = try await client(of: service)
        _ = try await client.request(.setApplicationMode, data: 1)
        await proxy.process.freeze()
        let error = await #expect(throws: RpcClientError.self) { try await client.request(.emergencyStop) }
        #expect(error?.fate == .mayStillRun)
        proxy.process.thaw()
        #expect(await becomes { service.counters[.commands] == 2 })
        client.close()
        try await proxy.leave()
        await service.stop()
    }

    /// A service that is stopped finds what came meanwhile in the buffers of the system when it goes on.
    @Test func aCommandThatHasWaitedInTheBuffersOfTheSystemDoesNotRun() async throws {
        let service = try await FaultService()
        let client = try service.client(timeout: .milliseconds(500))
        await client.waits(for: .online)
        var heartbeats = client.messages(topics: [.heartbeat]).makeAsyncIterator()
        _ = try await client.request(.setApplicationMode)
        await service.process.freeze()
        let error = await #expect(throws: RpcClientError.self) { try await client.request(.setApplicationMode) }
        #expect(error?.code == .noAnswer && error?.fate == .mayHaveRun)
        service.process.thaw()
        while let message = await heartbeats.next() {
            guard case .heartbeat(let heartbeat) = message.content else { continue }
            guard heartbeat.counters["tooLate"] == 1 else { continue }
            #expect(heartbeat.counters["commands"] == 1)
            break
        }
        #expect(try await client.request(.setApplicationMode, timeout: .seconds(10)).result == .success)
        client.close()
        await service.end()
    }

    /// The window is long over when what was given again arrives.
    @Test func aCommandThatIsGivenAgainRunsOnceHoweverLongItIsHeld() async throws {
        let service = try service { options in
            options.deduplicate = .milliseconds(100)
            options.pendingAfter = nil
        }
        let (client, proxy) = try await client(of: service, ClientOptions(timeout: .seconds(6), retries: 11))
        // Now it is known which start of the service is at the other end.
        #expect(try await client.request(.setApplicationMode, data: 0).data == 0)
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        service.setDelegate { [runs] request in
            runs.add(request.data)
            begin.yield()
            for await _ in gate { break }
            return .success(request.data)
        }
        async let reply = client.request(.setApplicationMode, data: 1)
        for await _ in begun { break }
        // The reply is held, and so is what is given again, for longer than the window.
        await proxy.process.freeze()
        open.finish()
        try await Task.sleep(for: .milliseconds(1_500))
        proxy.process.thaw()
        #expect(try await reply.data == 1)
        #expect(await becomes { service.counters[.answeredAgain, default: 0] > 0 })
        #expect(runs.all == [0, 1])
        client.close()
        try await proxy.leave()
        await service.stop()
    }

    @Test(arguments: PythonRelease.allCases) func thePythonPackageIgnoresWhatItDoesNotKnow(_ release: PythonRelease)
        async throws
    {
        let service = try await PythonService(release)
        let client = try service.client()
        // No heartbeat has come: the request asks for the time.
        let first = try await client.request(.startAcquisition, customCommand: 3)
        #expect(first.result != .unavailable || !first.isTooLate, "\(first)")
        await client.waits(for: .online)
        #expect(try await client.request(.startAcquisition, customCommand: 3).result == first.result)
        await service.process.freeze()
        let error = await #expect(throws: RpcClientError.self) {
            try await client.request(.startAcquisition, timeout: .milliseconds(200))
        }
        #expect(error?.fate == .mayStillRun)
        client.close()
        await service.end()
    }
}
