import AcquisitionModel
import AcquisitionRPC
import Foundation
import TestSupport
import Testing

/// Peers that are killed, come and go, never read, or are very many. `Scripts/test --heavy` takes the full numbers.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct PeerFaultTests {
    /// A service, and what it holds after it has seen such peers a first time.
    private func warm(_ peers: [String]) async throws -> (FaultService, ProcessResources) {
        let service = try await FaultService()
        let before = try service.resources()
        try await run(peers, at: service)
        return (service, try await service.resources(whenBackTo: before))
    }

    private func run(_ peers: [String], at service: FaultService) async throws {
        let endpoint = peers[0] == "subscribers" ? service.subscriber : service.command
        let process = try FaultyPeers(peers[0], endpoint, peers[1]).process
        #expect(await process.status() == 0, "\(process.errorsSoFar)")
    }

    @Test(arguments: [
        ["killed", "\(Heavy.count(5000, short: 500))", "40"],
        ["subscribers", "\(Heavy.count(10_000, short: 2000))", "500"],
    ])
    func peersThatEndBadlyLeaveNothingBehind(_ peers: [String]) async throws {
        let (service, before) = try await warm([peers[0], peers[2]])
        try await run(peers, at: service)
        let after = try await service.resources(whenBackTo: before)
        #expect(after.descriptors <= before.descriptors, "\(peers): \(before), then \(after)")
        #expect(after.threads <= before.threads, "\(peers): \(before), then \(after)")
        if let growth = after.growth(since: before) {
            #expect(growth < 4, "\(peers): \(before), then \(after)")
        }
        Heavy.report("\(peers[1]) \(peers[0]): \(before), then \(after)")
        try await service.expectToServe()
        await service.end()
    }

    @Test func veryManyClientsAtOnceAreAnswered() async throws {
        let count = Heavy.count(10_000, short: 1000)
        let service = try await FaultService(shell: "ulimit -n \(Heavy.count(12_000, short: 2000));")
        try await service.expectToServe()
        let before = try service.resources()
        let clients = try FaultyPeers("dealers", service.command, "\(count)")
        let first = try await clients.says()
        try clients.process.write("again")
        let again = try await clients.says()
        #expect(first["answered"] == JSONValue(count))
        #expect(again["answered"] == JSONValue(count))
        let during = try service.resources()
        #expect(during.descriptors >= count)
        // One more is no worse off.
        try await service.expectToServe()
        try await clients.leave()
        let after = try await service.resources(whenBackTo: before)
        #expect(after.descriptors <= before.descriptors, "\(before), \(during), then \(after)")
        #expect(after.threads <= before.threads, "\(before), \(during), then \(after)")
        Heavy.report("\(count) clients at once: \(before), \(during), then \(after); \(first), \(again)")
        await service.end()
    }

    @Test func aSubscriberThatNeverReadsHarmsNoneOfTwenty() async throws {
        let bench = try Bench { $0.highWaterMarks.events = 1000 }
        let stalled = try FaultyPeers("stalled", try #require(bench.service.endpoints?.subscriber.first))
        _ = try await stalled.says()
        var subscribers: [RawSubscriber] = []
        for _ in 0..<20 { subscribers.append(try await bench.subscriber([ApiTopic.event.frame])) }
        // More than the stalled one's mark and buffers hold, which goes to nobody else.
        let bulk = [UInt8](repeating: 32, count: 20_000)
        for part in 0..<10 {
            for number in part * 100..<part * 100 + 100 {
                try bench.service.send(.propertyChange, bulk)
                try bench.service.sendEvent(.protocolEvent, ["number": JSONValue(number)])
            }
            for subscriber in subscribers {
                let numbers = try await subscriber.next(100).map { frames in
                    try JSONReader.read(try #require(frames.last))["context"]?["number"]?.int
                }
                #expect(numbers == Array(part * 100..<part * 100 + 100))
            }
        }
        let duration = await ContinuousClock().measure { await bench.service.stop() }
        #expect(duration < .seconds(2))
        await bench.close()
        try await stalled.leave()
    }

    /// `ZMQ_MAXMSGSIZE` bounds a frame, and libzmq keeps the frames of a message until its last one, where nobody sees
    /// them. It gives the memory back when the connection ends.
    @Test(arguments: ["0", "65536"])
    func aRequestWithoutAnEndCostsWhatAPeerMayCost(_ frame: String) async throws {
        let service = try await FaultService()
        try await service.expectToServe()
        let before = try service.resources()
        let stranger = try FaultyPeers("endless", service.command, frame)
        let sent = try await stranger.says()
        // Frames without a byte cost libzmq 32 times what they take on the wire, until it is noticed.
        try await service.expectToServe()
        let during = try service.resources()
        #expect(sent["closed"] == true, "\(sent)")
        if let growth = during.growth(since: before) {
            #expect(growth < 200, "\(before), then \(during), \(sent)")
        }
        try await stranger.leave()
        _ = try await service.resources(whenBackTo: before)
        try await service.expectToServe()
        await service.end()
    }
}
