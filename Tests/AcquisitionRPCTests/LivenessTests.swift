import AcquisitionModel
import Testing

@testable import AcquisitionRPC

struct LivenessTests {
    private let start = ContinuousClock.now

    private func heartbeat(_ timestamp: Double) -> HeartbeatMessage {
        HeartbeatMessage(identifier: "rig", version: "0.12.0", timestamp: timestamp)
    }

    @Test func heartbeatsMakeItOnlineAndSilenceStale() {
        var state = LivenessState(interval: .seconds(5))
        #expect(state.liveness == .offline)
        #expect(state.received(heartbeat(100), now: start) == true)
        #expect(state.liveness == .online)
        let first = state.timePassed(now: start + .milliseconds(14_999))
        #expect(!first)
        let second = state.timePassed(now: start + .seconds(15))
        #expect(second)
        #expect(state.liveness == .stale)
        #expect(state.received(heartbeat(120), now: start + .seconds(20)) == true)
        #expect(state.liveness == .online)
    }

    @Test func theIntervalIsLearned() {
        var state = LivenessState(interval: .seconds(5))
        _ = state.received(heartbeat(100), now: start)
        _ = state.received(heartbeat(101), now: start + .seconds(1))
        #expect(state.deadline == start + .seconds(1) + .seconds(3))
    }

    @Test func heartbeatsInQuickSuccessionAreNoRhythm() {
        var state = LivenessState(interval: .seconds(5))
        _ = state.received(heartbeat(100), now: start)
        _ = state.received(heartbeat(101), now: start + .seconds(1))
        _ = state.received(heartbeat(101.002), now: start + .milliseconds(1002))
        let isStale = state.timePassed(now: start + .seconds(3))
        #expect(!isStale)
    }

    @Test func aWrongRhythmIsUnlearned() throws {
        var state = LivenessState(interval: .seconds(5))
        _ = state.received(heartbeat(100), now: start)
        _ = state.received(heartbeat(100.002), now: start + .milliseconds(2))
        _ = state.timePassed(now: start + .milliseconds(900))
        #expect(state.liveness == .stale)
        _ = state.received(heartbeat(100.9), now: start + .milliseconds(900))
        // The timestamps are fractions, hence not to the nanosecond.
        let deadline = try #require(state.deadline)
        #expect(deadline > start + .seconds(3.5) && deadline < start + .seconds(3.7))
    }

    @Test func aLostConnectionIsOffline() {
        var state = LivenessState(interval: .seconds(5))
        _ = state.received(heartbeat(100), now: start)
        #expect(state.connected(false, .events) == true)
        #expect(state.liveness == .offline)
        #expect(state.connected(true, .events) == true)
        #expect(state.liveness == .connected, "a connection alone is no sign of life")
        #expect(state.deadline == nil)
    }

    @Test func whoIsReachedWithoutAHeartbeatIsConnected() {
        var state = LivenessState(interval: .seconds(5))
        #expect(state.connected(true, .commands) == true)
        #expect(state.liveness == .connected, "commands are answered")
        #expect(state.connected(true, .events) == false)
        #expect(state.received(heartbeat(100), now: start) == true)
        #expect(state.connected(false, .commands) == false)
        #expect(state.liveness == .online, "heartbeats come")
        #expect(state.connected(true, .commands) == false)
        #expect(state.connected(false, .events) == true)
        #expect(state.liveness == .connected, "commands are still answered, heartbeats cannot come")
        #expect(state.connected(false, .commands) == true)
        #expect(state.liveness == .offline)
        #expect(state.connected(false, .commands) == false)
    }

    @Test func whoIsSilentRemainsStaleWhileItsConnectionIsRenewed() {
        var state = LivenessState(interval: .seconds(1))
        _ = state.connected(true, .commands)
        _ = state.connected(true, .events)
        _ = state.received(heartbeat(100), now: start)
        #expect(state.timePassed(now: start + .seconds(3)) == true)
        for isConnected in [false, true] {
            #expect(state.connected(isConnected, .events) == false)
            #expect(state.liveness == .stale)
        }
        #expect(state.connected(false, .events) == false)
        #expect(state.connected(false, .commands) == true)
        #expect(state.liveness == .offline)
    }

    /// Also of a service that names no epoch, as the Python package.
    @Test(arguments: [nil, 1], [1, 2, 3, 4, 5, 8, 18, 60]) func anOutageTeachesNothing(_ epoch: Int?, _ outage: Int) {
        for before in 1...6 {
            var state = LivenessState(interval: .seconds(5))
            _ = state.connected(true, .events)
            var now = start
            func beat(after gap: Duration, epoch: Int?) {
                now += gap
                _ = state.timePassed(now: now)
                var heartbeat = heartbeat(0)
                heartbeat.epoch = epoch
                _ = state.received(heartbeat, now: now)
            }
            for _ in 0..<before { beat(after: .seconds(1), epoch: epoch) }
            for start in 1...4 {
                let learnt = state.interval
                // The connection is lost at once, or only after the silence was noticed.
                let isLost = start.isMultiple(of: 2)
                if isLost {
                    _ = state.connected(false, .events)
                    _ = state.connected(true, .events)
                }
                let epoch = epoch.map { $0 + start }
                beat(after: .seconds(outage) + .milliseconds(start), epoch: epoch)
                let isKnown = isLost || epoch != nil
                if isKnown { #expect(state.interval == learnt) }
                for _ in 0..<80 { beat(after: .seconds(1), epoch: epoch) }
                #expect(state.interval == .seconds(1))
            }
        }
    }

    @Test func twoHeartbeatsInARowAreNoRhythm() {
        var state = LivenessState(interval: .seconds(5))
        _ = state.received(heartbeat(100), now: start)
        _ = state.received(heartbeat(100.0001), now: start + .microseconds(100))
        #expect(state.interval == .seconds(5))
        _ = state.received(heartbeat(99), now: start + .microseconds(200))
        #expect(state.interval == .seconds(5), "a clock that was set back tells nothing")
    }

    /// A service that sends a heartbeat every 200 ms, until `silence` begins; when that is noticed.
    private func noticed(_ state: inout LivenessState, _ timestamps: [Double]) -> Duration? {
        for (index, timestamp) in timestamps.enumerated() {
            _ = state.received(heartbeat(timestamp), now: start + .milliseconds(200 * index))
        }
        return state.deadline.map { $0 - (start + .milliseconds(200 * (timestamps.count - 1))) }
    }

    @Test(arguments: [1800, -1800, 3599, 0.5, -0.5, 1e300, -1e300, .infinity, .nan])
    func aStepOfTheSendersClockTeachesNothing(_ step: Double) {
        for position in 0..<8 {
            var state = LivenessState(interval: .seconds(5))
            let timestamps = (0..<8).map { 100 + 0.2 * Double($0) + ($0 >= position ? step : 0) }
            let patience = noticed(&state, timestamps)
            #expect(patience == .milliseconds(600), "after a step before heartbeat \(position)")
        }
    }

    @Test(arguments: 1...200) func heartbeatsThatWereHeldUpTeachNothing(_ count: Int) {
        var state = LivenessState(interval: .seconds(5))
        var now = start
        func beat(after gap: Duration) {
            now += gap
            _ = state.timePassed(now: now)
            _ = state.received(heartbeat(0), now: now)
        }
        for _ in 0..<6 { beat(after: .seconds(1)) }
        // The network, or the reader, was held up; then all come at once.
        beat(after: .seconds(count))
        for _ in 1..<max(2, count) { beat(after: .milliseconds(3)) }
        for _ in 0..<3 {
            let isStale = state.timePassed(now: now + .milliseconds(2_900))
            #expect(!isStale, "the usual rhythm is no silence")
            beat(after: .seconds(1))
        }
        for _ in 0..<4 { beat(after: .seconds(1)) }
        #expect(state.interval == .seconds(1))
    }

    @Test func aGapAcrossASilenceTeachesNothingUnlessItIsTheRhythm() {
        var state = LivenessState(interval: .seconds(5))
        var now = start
        func beat(after gap: Duration) {
            now += gap
            _ = state.timePassed(now: now)
            _ = state.received(heartbeat(0), now: now)
        }
        for _ in 0..<6 { beat(after: .seconds(1)) }
        beat(after: .seconds(15))
        #expect(state.interval == .seconds(1))
        for _ in 0..<6 { beat(after: .seconds(1)) }
        // From now on they come every 15 s.
        beat(after: .seconds(15))
        beat(after: .seconds(15))
        #expect(state.interval == .seconds(15))
        // And every second again: as soon as they fill the time of the slow ones.
        for _ in 0..<80 { beat(after: .seconds(1)) }
        #expect(state.interval == .seconds(1))
    }

    @Test func aRestartTeachesNothing() {
        var state = LivenessState(interval: .seconds(5))
        var first = heartbeat(0)
        first.epoch = 1
        var second = heartbeat(0)
        second.epoch = 2
        for index in 0..<6 { _ = state.received(first, now: start + .seconds(index)) }
        _ = state.received(second, now: start + .milliseconds(7_500))
        #expect(state.interval == .seconds(1))
        _ = state.received(second, now: start + .milliseconds(8_000))
        #expect(state.interval == .milliseconds(500), "the new start has its own rhythm")
    }

    /// What nobody sane sends changes nothing for longer than an hour, and costs nothing.
    @Test func whatAnOddSenderTeachesIsBounded() {
        for interval: Duration in [.seconds(Int64.max), .seconds(Int64.min), .zero, .seconds(5)] {
            var state = LivenessState(interval: interval)
            _ = state.received(heartbeat(0), now: start)
            #expect(state.deadline.map { $0 > start } == true)
            var now = start
            var gap: Duration = .milliseconds(2)
            for _ in 0..<60 {
                now += gap
                _ = state.received(heartbeat(0), now: now)
                gap = min(gap * 2, .seconds(1_000_000))
            }
            #expect(state.interval <= .seconds(3600))
            for _ in 0..<100_000 {
                now += .microseconds(1_500)
                _ = state.received(heartbeat(0), now: now)
            }
            #expect(state.interval >= .milliseconds(50))
        }
    }
}
