import AcquisitionModel
import AcquisitionRPC
import Foundation
import TestSupport
import Testing

/// Peers that make a service keep things for them are cut, and those that only do their work are not. The service has a process
/// of its own, whose memory is measured.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct HoardingFaultTests {
    private struct Outcome {
        let said: JSONValue
        /// By how many MiB the memory of the service has grown; nil under a sanitizer.
        let growth: Double?
    }

    /// What comes of a program of Tests/Peers/hoarders.py, given the service's port for commands or for events.
    private func run(_ name: String, atEvents: Bool, _ arguments: [String]) async throws -> Outcome {
        // On a busy machine a large request would else be told to be pending, and its reply be small.
        let service = try await FaultService(["--patient"])
        try await service.expectToServe()
        let before = try service.resources()
        let python = Fixtures.checkout.appending(path: ".venvs/tools/bin/python").path
        let endpoint = atEvents ? service.subscriber : service.command
        let peers = try ToolProcess(python, ["Tests/Peers/hoarders.py", name, endpoint] + arguments)
        let said = try JSONReader.read(await peers.line())
        try await service.expectToServe()
        let growth = try service.resources().growth(since: before)
        Heavy.report("\(name) \(arguments): \(said), \(growth ?? .nan) MiB more")
        try peers.closeInput()
        #expect(await peers.status() == 0, "\(peers.errorsSoFar)")
        // What they held is let go of.
        let after = try await service.resources(whenBackTo: before)
        #expect(after.descriptors <= before.descriptors)
        await service.end()
        return Outcome(said: said, growth: growth)
    }

    @Test(arguments: [
        // Long topics, of which each takes libzmq 15 KiB; short ones, of which each takes a branch.
        ["subscribe", "200000", "480", "1"], ["subscribe", "300000", "12", "1"],
        // Each takes back one that it never had, so that it has ever more.
        ["forget", "100000", "400"],
    ])
    func whoeverSubscribesWithoutEndIsCut(_ peer: [String]) async throws {
        let outcome = try await run(peer[0], atEvents: true, Array(peer.dropFirst()))
        #expect(outcome.said["closed"] == 1 || outcome.said["closed"] == true, "\(outcome.said)")
        if let growth = outcome.growth { #expect(growth < (peer[2] == "12" ? 160 : 64)) }
    }

    @Test func veryManyThatSubscribeMuchAreBoundedTogether() async throws {
        let count = Heavy.count(100, short: 20)
        let outcome = try await run("subscribe", atEvents: true, ["20000", "480", "\(count)"])
        #expect(outcome.said["closed"] == JSONValue(count))
        if let growth = outcome.growth { #expect(growth < 256) }
    }

    @Test(arguments: [["subscribe", "1000", "480", "1"], ["subscribe", "100", "20", "10"], ["change", "15000"]])
    func anHonestSubscriberIsNotCut(_ peer: [String]) async throws {
        let outcome = try await run(peer[0], atEvents: true, Array(peer.dropFirst()))
        #expect(outcome.said["closed"] == 0 || outcome.said["closed"] == false, "\(outcome.said)")
    }

    @Test(arguments: [
        ["DEALER", "65536", "0"], ["DEALER", "100", "0"], ["DEALER", "0", "0"], ["DEALER", "100000", "0.01"],
        ["SUB", "500", "0"], ["SUB", "0", "0"], ["SUB", "500", "0.0003"],
    ])
    func aMessageWithoutAnEndIsCut(_ peer: [String]) async throws {
        let outcome = try await run("parts", atEvents: peer[0] == "SUB", peer + ["20"])
        #expect(outcome.said["closed"] == true, "\(outcome.said)")
        if let growth = outcome.growth { #expect(growth < 128) }
    }

    @Test(arguments: ["DEALER", "SUB"])
    func whoeverPingsIsNotCut(_ kind: String) async throws {
        // Three times what a message may have.
        let outcome = try await run("pings", atEvents: kind == "SUB", [kind, "400000"])
        #expect(outcome.said["closed"] == false, "\(outcome.said)")
    }

    @Test func largeRequestsInABurstAreAllAnswered() async throws {
        let outcome = try await run("requests", atEvents: false, ["60", "900000"])
        #expect(outcome.said["answered"] == 60)
    }

    @Test func whoeverReadsNoRepliesIsCutAtTheirBytes() async throws {
        let outcome = try await run("unread", atEvents: false, ["300", "900000"])
        #expect(outcome.said["closed"] == true, "\(outcome.said)")
        // With the requests that wait, and what one takes while it is answered.
        if let growth = outcome.growth { #expect(growth < 256) }
    }

    /// Commands whose delegate waits for good, each with a list of lists that would take 22 MiB as values.
    @Test func pendingCommandsAreBoundedByTheirBytes() async throws {
        let service = try await FaultService()
        let client = try service.client()
        _ = try await client.request(.getStatus)
        let before = try service.resources()
        let data = JSONValue.array(Array(repeating: [0], count: 220_000))
        var pending = 0
        for _ in 0..<40 {
            let reply = try await client.request(.userDefined, customCommand: 502, data: data)
            if reply.result == .pendingWithNotification {
                pending += 1
            } else {
                #expect(reply.result == .unavailable && reply.errorMessage?.contains("(rule: bytes per peer)") == true)
            }
        }
        #expect((10..<20).contains(pending), "16 MiB of 0.84 MiB each")
        #expect(try await client.request(.emergencyStop).result == .success)
        let growth = try service.resources().growth(since: before)
        Heavy.report("\(pending) pending commands of 880 kB: \(growth ?? .nan) MiB more")
        if let growth { #expect(growth < 80) }
        client.close()
        await service.end()
    }

    @Test func idleClientsCostNothing() async throws {
        let count = 1000
        let service = try await FaultService(shell: "ulimit -n 2000;")
        let clients = try FaultyPeers("dealers", service.command, "\(count)")
        #expect(try await clients.says()["answered"] == JSONValue(count))
        let start = try processorTime(of: service)
        // A measurement takes its time.
        try await Task.sleep(for: .seconds(Heavy.count(10, short: 2)))
        let share = (try processorTime(of: service) - start) / Double(Heavy.count(10, short: 2))
        Heavy.report("\(count) idle clients: \(share * 100) % of a processor")
        // The service itself sends a heartbeat every 100 ms. Without the sanitizer, it is a third of this.
        #expect(share < 0.01 * Double(Sanitizer.slowdown))
        try await clients.leave()
        await service.end()
    }

    /// How long the processor has worked for a service, in seconds.
    private func processorTime(of service: FaultService) throws -> Double {
        let text = try String(contentsOfFile: "/proc/\(service.process.identifier)/stat", encoding: .utf8)
        // Behind the name in brackets: fields 14 and 15 are the time in the program and in the system.
        let fields = try #require(text.split(separator: ")").last).split(separator: " ")
        let ticks = try [fields[11], fields[12]].map { try #require(Double($0)) }.reduce(0, +)
        return ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    @Test func aStalledSubscriberIsCutAtItsBytes() async throws {
        let service = try await FaultService()
        let stalled = try FaultyPeers("stalled", service.subscriber)
        _ = try await stalled.says()
        let before = try service.resources()
        // 600 MB in events of 20 kB, of which the high-water mark alone lets 10,000 wait.
        try service.process.write("flood 30000")
        _ = try await service.process.line { $0.contains("flood") }
        let after = try service.resources()
        Heavy.report("a stalled subscriber: \(before), then \(after)")
        if let growth = after.growth(since: before) { #expect(growth < 128) }
        try await stalled.leave()
        try await service.expectToServe()
        await service.end()
    }
}
