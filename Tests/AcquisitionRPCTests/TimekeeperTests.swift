import Foundation
import Synchronization
import Testing

@testable import AcquisitionRPC

@Suite(.timeLimit(.minutes(1)))
struct TimekeeperTests {
    @Test func beatsInRhythmAndStops() async throws {
        let (beats, continuation) = AsyncStream.makeStream(of: ContinuousClock.Instant.self)
        let timekeeper = Timekeeper(interval: .milliseconds(50), beat: { continuation.yield(.now) }, look: { .none })
        let start = ContinuousClock.now
        #expect(timekeeper.start())
        var times: [ContinuousClock.Instant] = []
        for await time in beats {
            times.append(time)
            if times.count == 5 { break }
        }
        timekeeper.stop()
        let first = try #require(times.first)
        let last = try #require(times.last)
        #expect(first - start >= .milliseconds(50))
        #expect(last - start >= .milliseconds(250), "no beat comes early")
    }

    @Test func aNudgeMakesItLook() async {
        let (looks, continuation) = AsyncStream.makeStream(of: Void.self)
        let timekeeper = Timekeeper(
            interval: .seconds(3600),
            beat: {},
            look: {
                continuation.yield()
                return .none
            }
        )
        #expect(timekeeper.start())
        timekeeper.nudge()
        for await _ in looks.prefix(3) {}
        timekeeper.stop()
    }

    @Test func beatsThatWereMissedAreNotMadeUpFor() async throws {
        let (beats, continuation) = AsyncStream.makeStream(of: ContinuousClock.Instant.self)
        let interval: Duration = .milliseconds(60)
        let isFirst = Atomic(true)
        let timekeeper = Timekeeper(
            interval: interval,
            beat: {
                // As if the machine had slept.
                if isFirst.exchange(false, ordering: .relaxed) { usleep(200_000) }
                continuation.yield(.now)
            },
            look: { .none }
        )
        #expect(timekeeper.start())
        var times: [ContinuousClock.Instant] = []
        for await time in beats.prefix(3) { times.append(time) }
        timekeeper.stop()
        for (before, after) in zip(times, times.dropFirst()) {
            #expect(after - before > interval / 4, "two in a row would look like another rhythm")
        }
    }

    @Test(arguments: [Duration.seconds(Int64.max), .zero, .seconds(Int64.min), .nanoseconds(1)])
    func everyIntervalIsTaken(_ interval: Duration) async {
        let (looks, continuation) = AsyncStream.makeStream(of: Void.self)
        let timekeeper = Timekeeper(
            interval: interval,
            beat: {},
            look: {
                continuation.yield()
                return .none
            }
        )
        #expect(timekeeper.start())
        timekeeper.nudge()
        for await _ in looks.prefix(3) {}
        timekeeper.stop()
    }

    /// What hangs before it could tell anybody is found with the next heartbeat.
    @Test func itLooksWithEveryHeartbeatAndGoesOnWhereThereIsWork() async {
        let (looks, continuation) = AsyncStream.makeStream(of: ContinuousClock.Instant.self)
        let timekeeper = Timekeeper(
            interval: .milliseconds(50),
            beat: {},
            look: {
                continuation.yield(.now)
                return .now
            }
        )
        #expect(timekeeper.start())
        var times: [ContinuousClock.Instant] = []
        for await time in looks.prefix(10) { times.append(time) }
        timekeeper.stop()
        #expect(times[9] - times[0] < .milliseconds(9 * 50), "with every tick from then on")
    }

    /// A time to look at that is given while nothing else is to be done is kept to.
    @Test func itLooksAgainWhenItIsToldTo() async {
        let (looks, continuation) = AsyncStream.makeStream(of: Void.self)
        let timekeeper = Timekeeper(
            interval: .seconds(3600),
            beat: {},
            look: {
                continuation.yield()
                return .at(.now + .milliseconds(5))
            }
        )
        #expect(timekeeper.start())
        timekeeper.nudge()
        // More than there are ticks without work.
        for await _ in looks.prefix(100) {}
        timekeeper.stop()
    }
}
