import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Testing

@Suite(.timeLimit(.minutes(1)))
struct LoadLimitTests {
    @Test func whatExceedsALimitIsRefusedAndAnEmergencyStopIsNot() async throws {
        let options = ApiOptions.onFreePorts {
            $0.load = LoadLimits(inFlightPerPeer: 2)
            $0.pendingAfter = nil
        }
        let service = try #require(createApiService(options))
        let (gate, opening) = AsyncStream.makeStream(of: Void.self)
        service.setDelegate { request in
            if request.command == .getStatus { for await _ in gate { break } }
            return .success()
        }
        try service.start()
        let client = try service.connect()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    let reply = try await client.request(.getStatus)
                    #expect(reply.result == .success)
                }
            }
            while service.counters[.commands] != 2 { await Task.yield() }
            let refused = try await client.request(.getConfiguration)
            #expect(refused.result == .unavailable && refused.errorKind == .systemError)
            #expect(refused.errorMessage?.contains("(rule: in flight per peer)") == true)
            #expect(try await client.request(.emergencyStop).result == .success)
            let other = try service.connect()
            #expect(try await other.request(.getConfiguration).result == .success, "another client is not concerned")
            other.close()
            opening.finish()
            try await group.waitForAll()
        }
        #expect(try await client.request(.getConfiguration).result == .success)
        #expect(service.counters[.refusedForLoad] == 1)
        client.close()
        await service.stop()
    }

    @Test func aPendingCommandThatTakesTooLongFailsAndItsResultIsDropped() async throws {
        let options = ApiOptions.onFreePorts {
            $0.load = LoadLimits(pendingTime: .milliseconds(300))
            $0.pendingAfter = .milliseconds(20)
            $0.heartbeatInterval = .seconds(60)
        }
        let service = try #require(createApiService(options))
        // One that takes its time, and does not mind being cancelled; one whose result the application owes.
        let (finished, finish) = AsyncStream.makeStream(of: Void.self)
        service.setDelegate { request in
            if request.command == .getAnimals { return ApiCommandRequestResponse(.pendingWithNotification) }
            while !Task.isCancelled { try? await Task.sleep(for: .milliseconds(10)) }
            finish.yield()
            return .success(["late": true])
        }
        try service.start()
        let client = try service.connect()
        let slow = try await client.perform(.getStatus, resultTimeout: .seconds(10))
        #expect(slow.result == .failed)
        #expect(slow.errorMessage?.contains("pending for more than") == true)
        for await _ in finished { break }
        let request = ApiCommandRequest(.getAnimals, nonce: 4711)
        let owed = try await client.perform(request, resultTimeout: .seconds(10))
        #expect(owed.result == .failed)
        var late = ApiCommandRequestResponse.success()
        late.command = .getAnimals
        late.nonce = 4711
        try service.sendCommandResult(late)
        #expect(service.counters[.expired] == 2)
        while service.counters[.lateResults] != 2 { await Task.yield() }
        client.close()
        await service.stop()
    }

    @Test func theHeartbeatTellsTheCounters() async throws {
        let service = try #require(createApiService(.onFreePorts { $0.heartbeatInterval = .milliseconds(50) }))
        service.setDelegate { _ in throw CommandError("no") }
        try service.start()
        let client = try service.connect()
        _ = try await client.request(.getStatus)
        for await case .heartbeat(let heartbeat) in client.messages(topics: [.heartbeat]).map(\.content) {
            guard heartbeat.counters["exceptions"] == 1 else { continue }
            #expect(heartbeat.counters["commands"] == 1)
            #expect(heartbeat.epoch != nil)
            break
        }
        client.close()
        await service.stop()
    }
}
