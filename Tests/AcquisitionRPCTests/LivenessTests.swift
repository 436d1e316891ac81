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
        #expect(state.connected(false) == true)
        #expect(state.liveness == .offline)
        #expect(state.connected(true) == false, "a connection alone is no sign of life")
        #expect(state.deadline == nil)
    }

    @Test func twoHeartbeatsInARowAreNoRhythm() {
        var state = LivenessState(interval: .seconds(5))
        _ = state.received(heartbeat(100), now: start)
        _ = state.received(heartbeat(100.0001), now: start + .microseconds(100))
        #expect(state.interval == .seconds(5))
        _ = state.received(heartbeat(99), now: start + .microseconds(200))
        #expect(state.interval == .seconds(5), "a clock that was set back tells nothing")
    }
}
