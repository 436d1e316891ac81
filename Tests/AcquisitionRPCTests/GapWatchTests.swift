import AcquisitionModel
import Testing

@testable import AcquisitionRPC

struct GapWatchTests {
    private let start = ContinuousClock.now

    private func heartbeat(_ events: Int, _ others: Int = 0, epoch: Int? = 1) -> HeartbeatMessage {
        var heartbeat = HeartbeatMessage(identifier: "rig", version: "0.12.0", timestamp: 0)
        heartbeat.epoch = epoch
        heartbeat.published = [.event: events, .commandResult: others]
        return heartbeat
    }

    private func watching(_ topics: ApiTopic...) -> GapWatch {
        var watch = GapWatch()
        watch.connected(now: start)
        for topic in topics { watch.subscribe(topic.frame, now: start) }
        return watch
    }

    @Test func whatDidNotArriveIsCounted() {
        var watch = watching(.event)
        let first = watch.received(heartbeat(100), now: start + .seconds(1))
        #expect(first.isEmpty, "what went before is nobody's loss")
        for _ in 0..<7 { watch.arrived(on: .event) }
        let second = watch.received(heartbeat(110, 5), now: start + .seconds(2))
        #expect(second == [ApiMessage(.missed(3), on: .event)], "results were not asked for")
        for _ in 0..<10 { watch.arrived(on: .event) }
        let third = watch.received(heartbeat(120, 9), now: start + .seconds(3))
        #expect(third.isEmpty)
    }

    @Test func aSubscriptionCountsFromTheNextHeartbeatOn() {
        var watch = watching()
        _ = watch.received(heartbeat(0), now: start)
        watch.subscribe([], now: start + .milliseconds(10))
        let early = watch.received(heartbeat(5), now: start + .milliseconds(100))
        #expect(early.isEmpty)
        let tooEarly = watch.received(heartbeat(10), now: start + .milliseconds(300))
        #expect(tooEarly.isEmpty)
        let missed = watch.received(heartbeat(12, 1), now: start + .milliseconds(400))
        #expect(Set(missed) == [ApiMessage(.missed(2), on: .event), ApiMessage(.missed(1), on: .commandResult)])
    }

    @Test func whoWasUnsubscribedInBetweenMissesNothing() {
        var watch = watching(.event)
        watch.subscribe(ApiTopic.event.frame, now: start)
        _ = watch.received(heartbeat(0), now: start + .seconds(1))
        watch.unsubscribe(ApiTopic.event.frame)
        let still = watch.received(heartbeat(1), now: start + .seconds(2))
        #expect(still == [ApiMessage(.missed(1), on: .event)], "one reader of two is left")
        watch.unsubscribe(ApiTopic.event.frame)
        watch.subscribe(ApiTopic.event.frame, now: start + .seconds(3))
        let none = watch.received(heartbeat(9), now: start + .seconds(4))
        #expect(none.isEmpty)
    }

    @Test func whatARestartedServicePublishedAtOnceIsCounted() {
        var watch = watching(.event)
        _ = watch.received(heartbeat(50), now: start + .seconds(1))
        // The last ones of the old start, and then some of the new one.
        for _ in 0..<5 { watch.arrived(on: .event) }
        watch.disconnected()
        for _ in 0..<3 { watch.arrived(on: .event) }
        let restart = watch.received(heartbeat(40, 7, epoch: 2), now: start + .seconds(2))
        #expect(restart == [ApiMessage(.restarted, on: .heartbeat), ApiMessage(.missed(37), on: .event)])
        watch.arrived(on: .event)
        let after = watch.received(heartbeat(43, 7, epoch: 2), now: start + .seconds(3))
        #expect(after == [ApiMessage(.missed(2), on: .event)])
    }

    @Test func whatAServiceThatCameLaterPublishedAtOnceIsCounted() {
        for uptime in [nil, 0, 900, 1_100, 5_000, -1, Int.max, .min] {
            var watch = watching(.event)
            watch.connected(now: start + .seconds(1))
            for _ in 0..<3 { watch.arrived(on: .event) }
            var first = heartbeat(40, 7)
            first.uptime = uptime
            let notices = watch.received(first, now: start + .seconds(1.5))
            let isYounger = uptime.map { (0...999).contains($0) } ?? false
            #expect(notices == (isYounger ? [ApiMessage(.missed(37), on: .event)] : []), "\(uptime ?? -7)")
        }
    }

    @Test func aConnectionThatWasLostInBetweenHidesNothing() {
        var watch = watching(.event)
        _ = watch.received(heartbeat(10), now: start + .seconds(1))
        for _ in 0..<5 { watch.arrived(on: .event) }
        watch.disconnected()
        for _ in 0..<3 { watch.arrived(on: .event) }
        let same = watch.received(heartbeat(20), now: start + .seconds(2))
        #expect(same == [ApiMessage(.missed(2), on: .event)], "the same start goes on counting")
        watch.disconnected()
        let none = watch.received(heartbeat(20), now: start + .seconds(3))
        #expect(none.isEmpty)
    }

    @Test func whoSubscribedDuringTheRestartMissedNothing() {
        var watch = watching()
        _ = watch.received(heartbeat(50), now: start + .seconds(1))
        watch.disconnected()
        watch.subscribe([], now: start + .milliseconds(1500))
        let restart = watch.received(heartbeat(40, epoch: 2), now: start + .seconds(2))
        #expect(restart == [ApiMessage(.restarted, on: .heartbeat)])
    }

    @Test func anotherEpochIsARestart() {
        var watch = watching(.event)
        _ = watch.received(heartbeat(50), now: start + .seconds(1))
        watch.disconnected()
        for _ in 0..<2 { watch.arrived(on: .event) }
        let restart = watch.received(heartbeat(2, epoch: 2), now: start + .seconds(2))
        #expect(restart == [ApiMessage(.restarted, on: .heartbeat)])
        watch.arrived(on: .event)
        let after = watch.received(heartbeat(3, epoch: 2), now: start + .seconds(3))
        #expect(after.isEmpty)
    }

    @Test func aServiceThatDoesNotCountIsBelieved() {
        var watch = watching(.event)
        for _ in 0..<3 {
            let notices = watch.received(heartbeat(0, epoch: nil), now: start + .seconds(1))
            #expect(notices.isEmpty)
        }
        let first = watch.received(heartbeat(7), now: start + .seconds(5))
        #expect(first.isEmpty)
    }

    @Test func numbersThatCannotBeTellNothing() {
        let numbers = [0, 1, -1, Int.max, .min, 1 << 52, 1 << 53, .max - 1]
        for first in numbers {
            for second in numbers {
                var watch = watching(.event)
                _ = watch.received(heartbeat(first), now: start + .seconds(1))
                for _ in 0..<3 { watch.arrived(on: .event) }
                let notices = watch.received(heartbeat(second), now: start + .seconds(2))
                let possible = 0...1 << 52
                let isPlausible = possible.contains(first) && possible.contains(second) && second > first + 3
                #expect(notices.count == (isPlausible ? 1 : 0), "\(first), then \(second)")
            }
        }
    }

    @Test func topicsThatAreTooManyAreNotCounted() {
        var watch = watching(.event)
        watch.subscribe([], now: start)
        _ = watch.received(heartbeat(0), now: start + .seconds(1))
        for topic in 100_000..<200_000 { watch.arrived(on: ApiTopic(rawValue: UInt32(topic))) }
        watch.arrived(on: .event)
        let unknown = watch.received(heartbeat(5), now: start + .seconds(2))
        #expect(unknown.isEmpty, "whether some were missed is not known")
        let missed = watch.received(heartbeat(7), now: start + .seconds(3))
        #expect(missed == [ApiMessage(.missed(2), on: .event)])
    }
}
