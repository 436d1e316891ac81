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
}
