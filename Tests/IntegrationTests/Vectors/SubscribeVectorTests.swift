import AcquisitionModel
import AcquisitionRPC
import Foundation
import Testing
import ZeroMQ

/// What reaches a subscriber, and the signs of life.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct SubscribeVectorTests {
    @Test(arguments: try Vectors.both("subscribe"))
    func filtersByPrefix(_ vector: Vector) async throws {
        let bench = try Bench(vector.dialect)
        let subscriber = try await bench.subscriber([vector.input.need("subscribe_prefix_hex").as(\.hexBytes)])
        for topic in try vector.input.list("published_topics_in_order") {
            try bench.service.sendDict(ApiTopic(rawValue: UInt32(try topic.as(\.int))), ["a": 1])
        }
        let received = try await subscriber.all().map { JSONValue(Int(try #require(ApiTopic(frame: $0[0])).rawValue)) }
        #expect(try received == vector.json.list("received_topics"))
        await bench.close()
    }

    @Test(arguments: try Vectors.both("publish") { $0.category == "heartbeat" })
    func heartbeatsHaveTheRecordedKeysAndThenOurs(_ vector: Vector) async throws {
        let interval: Duration = .milliseconds(300)
        let identifier = try vector.input.text("identifier")
        let start = ContinuousClock.now
        let bench = try Bench(vector.dialect) {
            $0.identifier = identifier
            $0.heartbeatInterval = interval
        }
        let subscriber = try await bench.subscriber([ApiTopic.heartbeat.frame])
        let heartbeats = try await subscriber.next(2)
        // The first one came one interval after the start, not before.
        #expect(ContinuousClock.now - start >= interval * 2)
        let recorded = try vector.json.list("messages")
        #expect(heartbeats.count == recorded.count)
        for (frames, message) in zip(heartbeats, recorded) {
            #expect(frames[0] == ApiTopic.heartbeat.frame)
            let (heartbeat, layers) = try #require(Publication.layers(frames[1]))
            let (theirs, theirLayers) = try #require(
                Publication.layers(try message.list("frames_hex")[1].as(\.hexBytes))
            )
            #expect(layers == theirLayers)
            let keys = try heartbeat.as(\.object).members.map(\.key)
            let theirKeys = try theirs.as(\.object).members.map(\.key)
            // Ours come behind theirs.
            #expect(keys.prefix(theirKeys.count) == theirKeys[...])
            let ours = keys.dropFirst(theirKeys.count)
            #expect(ours.prefix(3) == ["implementation", "implementationVersion", "epoch"])
            #expect(ours.dropFirst(3).allSatisfy { ["uptime", "published", "deduplicate", "counters"].contains($0) })
            #expect(try heartbeat.text("identifier") == identifier)
            // Release 0.9.7 damages the name; a client matches either.
            #expect(try HeartbeatMessage(json: theirs).isFrom(identifier) || identifier.contains(" "))
            #expect(heartbeat["version"] == theirs["version"])
            let age = try Date().timeIntervalSince1970 - heartbeat.need("timestamp").as(\.double)
            #expect((0..<20).contains(age))
        }
        await bench.close()
    }

    /// Beside a service that has nothing else to do, so that a busy machine slows both.
    @Test func heartbeatsAreOnTimeWhateverTheDelegateDoes() async throws {
        let idle = try Bench { $0.heartbeatInterval = .milliseconds(100) }
        let busy = try Bench { $0.heartbeatInterval = .milliseconds(100) }
        let blockade = Blockade()
        busy.service.setDelegate { _ in
            blockade.block()
            return .success()
        }
        let client = try busy.commands(.dealer)
        for nonce in 1...4 { try await client.send([[], Array(#"{"command":400,"nonce":\#(nonce)}"#.utf8)]) }
        await blockade.isReached()
        let idleHeartbeats = try await idle.subscriber([ApiTopic.heartbeat.frame])
        let busyHeartbeats = try await busy.subscriber([ApiTopic.heartbeat.frame])
        #expect(try await idleHeartbeats.next(20).count == 20)
        let count = try await busyHeartbeats.all().count
        #expect((14...26).contains(count))
        blockade.lift()
        await idle.close()
        await busy.close()
    }
}
