import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Synchronization
import TestSupport
import Testing

/// A client that gives its commands again, over a network that cuts and repeats: each is answered, and each runs once.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct RunOnceFaultTests {
    @Test func everyCommandIsAnsweredAndRunsOnceHoweverOftenTheNetworkIsCut() async throws {
        let runs = Mutex<[JSONValue: Int]>([:])
        let options = RpcOptions(
            heartbeatInterval: .milliseconds(50),
            subscriberPort: 0,
            commandPort: 0,
            // Here a command is answered with its number, however long that takes on a busy machine.
            pendingAfter: nil,
            deduplicate: .seconds(600)
        )
        let service = try #require(createApiService(ApiOptions(rpc: options)))
        service.setDelegate { request in
            runs.withLock { $0[request.data, default: 0] += 1 }
            return .success(request.data)
        }
        try service.start()
        let endpoints = try #require(service.endpoints)
        let proxy = try FaultyPeers("proxy", endpoints.command[0])
        let client = try createApiClient(
            command: try await proxy.says().text("endpoint"),
            subscriber: endpoints.subscriber[0],
            options: ClientOptions(timeout: .seconds(20), retries: 99)
        )
        for await liveness in client.liveness() where liveness == .online { break }
        let rounds = 20
        let commands = 50
        for round in 0..<rounds {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<commands {
                    group.addTask {
                        let number = JSONValue(round * commands + index)
                        let reply = try await client.request(.startAcquisition, data: number)
                        #expect(reply.data == number)
                    }
                }
                // Requests and replies are on the way.
                try await proxy.tell("cut")
                try await group.waitForAll()
            }
        }
        try await proxy.tell("repeat")
        for number in 100_000..<100_100 {
            // A connection that begins now is one of which each message comes twice, too.
            if number == 100_050 { try await proxy.tell("cut") }
            #expect(try await client.request(.startAcquisition, data: JSONValue(number)).data == JSONValue(number))
        }
        let counts = runs.withLock { $0 }
        #expect(counts.count == rounds * commands + 100)
        #expect(counts.values.allSatisfy { $0 == 1 }, "ran more than once: \(counts.filter { $0.value > 1 })")
        // The last one may still be on its way for the second time, and one may have been cut between the two.
        #expect(service.counters[.answeredAgain, default: 0] >= 98)
        client.close()
        try await proxy.leave()
        await service.stop()
    }
}
