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

    /// Requests and replies are cut while the service is restarted: whatever is given again goes to the start that may have
    /// it already, and to no other.
    @Test func noCommandRunsTwiceHoweverOftenTheServiceIsRestarted() async throws {
        let tally = Tally()
        var options = RpcOptions(
            heartbeatInterval: .milliseconds(20),
            subscriberPort: 0,
            commandPort: 0,
            pendingAfter: nil,
            deduplicate: .seconds(600)
        )
        func start() throws -> any RpcService {
            let service = try #require(createApiService(ApiOptions(rpc: options)))
            service.setDelegate { request in
                tally.runs.withLock { $0[request.data, default: 0] += 1 }
                return .success(request.data)
            }
            try service.start()
            return service
        }
        var service = try start()
        let endpoints = try #require(service.endpoints)
        options.commandPort = try #require(endpoints.command[0].split(separator: ":").last.flatMap { UInt16($0) })
        options.subscriberPort = try #require(endpoints.subscriber[0].split(separator: ":").last.flatMap { UInt16($0) })
        let proxy = try FaultyPeers("proxy", endpoints.command[0])
        let client = try createApiClient(
            command: try await proxy.says().text("endpoint"),
            subscriber: endpoints.subscriber[0],
            options: ClientOptions(timeout: .milliseconds(1500), retries: 99)
        )
        for await liveness in client.liveness() where liveness == .online { break }
        // Answers are on their way for long enough to be lost when the service has stopped.
        try await proxy.tell("delay 0.05")
        var random = SeededGenerator()
        for round in 0..<4 {
            let isRestarted = !round.isMultiple(of: 2)
            let isCutFirst = Bool.random(using: &random)
            let pauses = (0..<40).map { _ in Duration.milliseconds(Int.random(in: 0..<150, using: &random)) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, pause) in pauses.enumerated() {
                    group.addTask {
                        try await Task.sleep(for: pause)
                        let number = JSONValue(round * 1000 + index)
                        do {
                            let reply = try await client.request(.startAcquisition, data: number)
                            if reply.result == .success {
                                #expect(reply.data == number)
                                tally.answered.withLock { $0 += 1 }
                            }
                        } catch let error as RpcClientError {
                            #expect(error.code == .noAnswer || error.code == .noPeer, "\(error)")
                        }
                    }
                }
                // By then some have run, and their answers are on their way.
                let count = Int.random(in: 5...20, using: &random)
                while tally.runs.withLock({ $0.keys.count { ($0.int ?? 0) / 1000 == round } }) < count {
                    await Task.yield()
                }
                if isCutFirst || !isRestarted { try await proxy.tell("cut") }
                if isRestarted {
                    await service.stop()
                    if !isCutFirst { try await proxy.tell("cut") }
                    service = try start()
                }
                try await group.waitForAll()
            }
        }
        let counts = tally.runs.withLock { $0 }
        #expect(counts.values.allSatisfy { $0 == 1 }, "seed \(random.seed): \(counts.filter { $0.value > 1 })")
        #expect(tally.answered.withLock { $0 } >= 70, "where the start is the same, all are answered")
        client.close()
        try await proxy.leave()
        await service.stop()
    }

    private final class Tally: Sendable {
        let runs = Mutex<[JSONValue: Int]>([:])
        let answered = Mutex(0)
    }
}
