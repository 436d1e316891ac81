import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Foundation
import TestSupport
import Testing

/// More connections than there are descriptors: with few, with some, and with as many as most systems give a process.
/// `Scripts/test --heavy` does it 200 times for each.
@Suite(.serialized, .timeLimit(.minutes(30)))
struct DescriptorFaultTests {
    /// What a process may have of a core while connections are held.
    private static let bearable = 0.2

    /// Without end: whoever is refused tries again at once.
    private func crowd(_ count: Int, at endpoint: String, as kind: String = "DEALER") async throws -> FaultyPeers {
        let crowd = try FaultyPeers("crowd", endpoint, kind, "\(count)")
        _ = try await told(by: crowd)
        return crowd
    }

    private func told(by crowd: FaultyPeers) async throws -> (standing: Int, closed: Int) {
        try crowd.process.write("how many")
        let said = try await crowd.says()
        return (try said.number("standing"), try said.number("closed"))
    }

    /// Waits until connections are refused, as the service counts itself.
    private func refusals(_ client: RpcClient) async -> Int {
        for await message in client.messages(topics: [.heartbeat]) {
            guard case .heartbeat(let heartbeat) = message.content else { continue }
            if let count = heartbeat.counters["refusedConnections"], count > 0 { return count }
        }
        return 0
    }

    #if os(Linux)
        @Test(arguments: [64, 256, 1_024], ["DEALER", "SUB"])
        func heldConnectionsCostNeitherTheProcessorNorTheReserve(_ limit: Int, _ kind: String) async throws {
            let service = try await FaultService(shell: "ulimit -n \(limit);")
            let client = try service.client()
            #expect(try await client.request(.getStatus).result == .success)
            let endpoint = kind == "SUB" ? service.subscriber : service.command
            let before = try service.resources()
            let strangers = try await crowd(limit + max(76, limit / 16), at: endpoint, as: kind)
            #expect(await refusals(client) > 0)
            let load = try await service.processorLoad(over: .seconds(Heavy.count(5, short: 1)))
            let full = try service.resources()
            let counts = try await told(by: strangers)
            Heavy.report("limit \(limit), \(kind): \(counts), \(full), \(Int(load * 100)) % of a core")
            if Sanitizer.current == nil { #expect(load < Self.bearable) }
            // Most places are taken, and the reserve is not.
            let reserve = DescriptorReserve().size(at: limit)
            #expect(counts.standing > (limit - reserve - before.descriptors) / 2 && counts.closed > 0)
            #expect(full.descriptors <= limit - reserve / 2)
            // Who was there before is served all the same.
            for number in 1...20 {
                #expect(try await client.request(.getStatus, data: JSONValue(number)).data == JSONValue(number))
            }
            try await strangers.leave()
            let time = try await ContinuousClock().measure { try await service.expectToServe() }
            #expect(time < .seconds(1) * Sanitizer.slowdown)
            let after = try await service.resources(whenBackTo: before)
            #expect(after.descriptors <= before.descriptors, "\(before), \(full), then \(after)")
            client.close()
            await service.end()
        }

        /// A service that has enough to do besides, so that Dispatch looks after its threads: for that it opens a file, and ends
        /// the process where it cannot.
        @Test(arguments: [64, 256, 1_024])
        func theServiceSurvives(_ limit: Int) async throws {
            let count = Heavy.count(200, short: 3)
            for start in stride(from: 0, to: count, by: 4) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in start..<min(start + 4, count) { group.addTask { try await survive(limit) } }
                    try await group.waitForAll()
                }
            }
            Heavy.report("\(count) services survived with \(limit) descriptors")
        }

        private func survive(_ limit: Int) async throws {
            let service = try await FaultService(["--busy"], shell: "ulimit -n \(limit);")
            let client = try service.client()
            #expect(try await client.request(.getStatus).result == .success)
            let strangers = try await crowd(limit + 76, at: service.command)
            #expect(await refusals(client) > 0)
            // Dispatch looks every second.
            let deadline = ContinuousClock.now + .milliseconds(1_200)
            while ContinuousClock.now < deadline {
                try #require(try await client.request(.getStatus).result == .success)
            }
            try await strangers.leave()
            try await service.expectToServe()
            client.close()
            await service.end()
        }

        /// The places that the options give, where the process could have more.
        @Test func noMoreConnectionsAreTakenThanTheOptionsAllow() async throws {
            let service = try await FaultService(["--connections", "20"])
            let client = try service.client()
            #expect(try await client.request(.getStatus).result == .success)
            let before = try service.resources()
            let strangers = try await crowd(50, at: service.command)
            #expect(await refusals(client) > 0)
            #expect(await becomes { (try? await told(by: strangers).standing) == 18 })
            #expect(try service.resources().descriptors <= before.descriptors + 20)
            try await strangers.leave()
            try await service.expectToServe()
            client.close()
            await service.end()
        }
    #endif
}

extension FaultService {
    /// How much of a core the process takes, during a time.
    fileprivate func processorLoad(over time: Duration) async throws -> Double {
        let (before, start) = (try processorTime(), ContinuousClock.now)
        // Not a wait for anything: the window in which is measured.
        try await Task.sleep(for: time)
        return (try processorTime() - before) / (ContinuousClock.now - start)
    }

    private func processorTime() throws -> Duration {
        let text = try String(contentsOfFile: "/proc/\(process.identifier)/stat", encoding: .utf8)
        // After the name, which may have blanks and brackets.
        let words = text.split(separator: ")").last?.split(separator: " ") ?? []
        try #require(words.count > 12)
        let ticks = try #require(Int(words[11])) + (try #require(Int(words[12])))
        return .seconds(1) * ticks / Int(sysconf(Int32(_SC_CLK_TCK)))
    }
}
