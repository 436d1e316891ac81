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

    /// - Parameter again: how soon whoever is refused tries again, in seconds; 0 for never.
    private func crowd(
        _ count: Int,
        at endpoint: String,
        as kind: String = "DEALER",
        again: Double = 0,
        namespace: String? = nil
    ) async throws -> FaultyPeers {
        let crowd = try FaultyPeers("crowd", endpoint, kind, "\(count)", "\(again)", namespace: namespace)
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
        @Test(arguments: [64, 256, 1_024])
        func heldConnectionsCostNeitherTheProcessorNorTheReserve(_ limit: Int) async throws {
            try await hold(limit + 76, limit: limit, as: "DEALER", again: 0)
        }

        /// As ZeroMQ's own clients do: whoever is refused tries again at once, and so on.
        @Test(arguments: [64, 256])
        func norDoesACrowdThatTriesAgainAndAgain(_ limit: Int) async throws {
            try await hold(limit + 500, limit: limit, as: "SUB", again: 0.15)
        }

        private func hold(_ count: Int, limit: Int, as kind: String, again: Double) async throws {
            let service = try await FaultService(shell: "ulimit -n \(limit);")
            let client = try service.client()
            #expect(try await client.request(.getStatus).result == .success)
            // Both its connections have their places.
            await client.waits(for: .online)
            let before = try service.resources()
            let endpoint = kind == "SUB" ? service.subscriber : service.command
            let strangers = try await crowd(count, at: endpoint, as: kind, again: again)
            #expect(await refusals(client) > 0)
            // Most places are taken.
            let reserve = DescriptorReserve().size(at: limit)
            let places = limit - reserve - before.descriptors
            #expect(await becomes { (try? await told(by: strangers).standing) ?? 0 >= places * 3 / 4 })
            let load = try await service.processorLoad(over: .seconds(Heavy.count(5, short: 1)))
            let full = try service.resources()
            let counts = try await told(by: strangers)
            Heavy.report("limit \(limit), \(kind): \(counts), \(full), \(Int(load * 100)) % of a core")
            if Sanitizer.current == nil { #expect(load < Self.bearable) }
            #expect(counts.closed > 0)
            #expect(full.descriptors <= limit - reserve / 2)
            // Who was there before is served all the same.
            for number in 1...20 {
                #expect(try await client.request(.getStatus, data: JSONValue(number)).data == JSONValue(number))
            }
            try await strangers.leave()
            let time = try await service.timeUntilItServes()
            // An attempt that a crowd's noise covers is repeated by the system after a second.
            #expect(time < (again == 0 ? .seconds(1) : .seconds(3)) * Sanitizer.slowdown)
            #expect(await becomes { (try? service.resources().descriptors) ?? .max <= before.descriptors })
            client.close()
            await service.end()
        }

        /// A service that has enough to do besides, so that Dispatch looks after its threads: for that it opens a file, and ends
        /// the process where it cannot.
        @Test(arguments: [64, 256, 1_024])
        func theServiceSurvives(_ limit: Int) async throws {
            let count = Heavy.count(200, short: 2)
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
            // Both its connections have their places.
            await client.waits(for: .online)
            let strangers = try await crowd(limit + 76, at: service.command, again: 0.15)
            #expect(await refusals(client) > 0)
            // Dispatch looks every second.
            let deadline = ContinuousClock.now + .milliseconds(1_200)
            while ContinuousClock.now < deadline {
                try #require(try await client.request(.getStatus).result == .success)
            }
            try await strangers.leave()
            #expect(try await service.timeUntilItServes() < RawPeer.patience)
            client.close()
            await service.end()
        }

        /// The application itself takes every descriptor but one: whoever connects is refused, at no cost, and those who are there are
        /// served.
        @Test func anApplicationThatTakesEveryDescriptorIsServedOn() async throws {
            let service = try await FaultService(shell: "ulimit -n 128;")
            let client = try service.client()
            #expect(try await client.request(.getStatus).result == .success)
            // Both its connections have their places.
            await client.waits(for: .online)
            try service.process.write("files 1000")
            _ = try await service.process.line { $0.contains("files") }
            #expect(try service.resources().descriptors == 127)
            let strangers = try await crowd(50, at: service.command)
            #expect(await refusals(client) > 0)
            let load = try await service.processorLoad(over: .seconds(1))
            if Sanitizer.current == nil { #expect(load < Self.bearable) }
            #expect(try await client.request(.getStatus, data: "still").data == "still")
            try await strangers.leave()
            try service.process.write("files 0")
            _ = try await service.process.line { $0.contains("files") }
            let time = try await service.timeUntilItServes()
            #expect(time < .seconds(3) * Sanitizer.slowdown)
            client.close()
            await service.end()
        }

        /// The places that the options give, where the process could have more.
        @Test func noMoreConnectionsAreTakenThanTheOptionsAllow() async throws {
            let service = try await FaultService(["--connections", "20"])
            let client = try service.client()
            #expect(try await client.request(.getStatus).result == .success)
            // Both its connections have their places.
            await client.waits(for: .online)
            let before = try service.resources()
            let strangers = try await crowd(50, at: service.command, again: 0.15)
            #expect(await refusals(client) > 0)
            #expect(await becomes { (try? await told(by: strangers).standing) == 18 })
            // And those that are just being closed.
            #expect(await becomes { (try? service.resources().descriptors) ?? .max <= before.descriptors + 20 })
            try await strangers.leave()
            try await service.expectToServe()
            client.close()
            await service.end()
        }

        /// Strangers at one address have half of the places, and programs on the service's own machine get in beside them.
        @Test(.enabled(if: getuid() == 0, "only root may make the network namespace that this needs"))
        func oneAddressDoesNotTakeEveryPlace() async throws {
            let link = try await Link("d")
            do { try await checkShares(link) } catch { Issue.record(error) }
            await link.remove()
        }

        private func checkShares(_ link: Link) async throws {
            let up = try ToolProcess("/usr/bin/env", ["ip", "-n", link.namespace, "link", "set", "lo", "up"])
            #expect(await up.status() == 0, "\(up.errorsSoFar)")
            let service = try await FaultService(
                ["--address", "0.0.0.0", "--connections", "16"],
                launcher: "ip netns exec \(link.namespace)"
            )
            let port = try #require(service.command.split(separator: ":").last)
            let strangers = try await crowd(40, at: "tcp://\(link.far):\(port)", again: 0.15)
            #expect(await becomes { (try? await told(by: strangers).standing) == 8 })
            let own = try await crowd(20, at: "tcp://127.0.0.1:\(port)", again: 0.15, namespace: link.namespace)
            #expect(await becomes { (try? await told(by: own).standing) == 8 })
            #expect(try await told(by: strangers).standing == 8)
            try await own.leave()
            try await strangers.leave()
            await service.end()
        }
    #endif
}

extension FaultService {
    /// How long it takes until a new client is answered. One that comes while the service still closes the connections of others
    /// may be refused, and its request be lost; then another one comes.
    fileprivate func timeUntilItServes() async throws -> Duration {
        let start = ContinuousClock.now
        while ContinuousClock.now - start < RawPeer.patience {
            let client = try client(timeout: .milliseconds(300) * Sanitizer.slowdown)
            defer { client.close() }
            if (try? await client.request(.getStatus)) != nil { break }
        }
        return ContinuousClock.now - start
    }

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
