import AcquisitionModel
import TestSupport
import Testing

@testable import AcquisitionRPC

/// What a client concludes of the service's own time.
struct ServiceClockTests {
    private let start = ContinuousClock.now

    @Test func nothingIsKnownUntilTheServiceSaysSomething() {
        var clock = ServiceClock()
        #expect(clock.deadline(start + .seconds(5), now: start) == .question && !clock.isKnown)
        clock.heardNone()
        #expect(clock.deadline(start + .seconds(5), now: start) == nil && !clock.isKnown)
        clock.heard(1_000, epoch: 7, now: start)
        let deadline = clock.deadline(start + .seconds(5), now: start)
        #expect(deadline == RequestDeadline(epoch: 7, uptime: 6_000) && clock.isKnown)
        // Another program has taken its place.
        clock.heardNone()
        #expect(clock.deadline(start + .seconds(5), now: start) == nil)
    }

    @Test func anotherStartHasAnotherTime() {
        var clock = ServiceClock()
        clock.heard(1_000_000, epoch: 7, now: start)
        clock.heard(10, epoch: 8, now: start)
        #expect(clock.deadline(start + .seconds(1), now: start) == RequestDeadline(epoch: 8, uptime: 1_010))
    }

    /// However long messages take and however differently the clocks run: what the client says is never later than its
    /// own time, and not much earlier where a message came quickly.
    @Test func theDeadlineIsNeverLaterThanTheClientsOwn() {
        var random = SeededGenerator()
        for drift in [-500, -50, 0, 50, 500].map({ Double($0) / 1e6 }) {
            var clock = ServiceClock()
            var own: Duration = .zero
            for _ in 0..<2_000 {
                own += .milliseconds(Int.random(in: 1...30_000, using: &random))
                let delay = Duration.milliseconds(Int.random(in: 0...1_000, using: &random))
                let said = (own - delay) * (1 + drift) + .seconds(1_000)
                clock.heard(Int(said / .milliseconds(1)), epoch: 1, now: start + own)
                let wait = Duration.milliseconds(Int.random(in: 0...10_000, using: &random))
                let end = own + wait
                let deadline = clock.deadline(start + end, now: start + own)?.uptime ?? 0
                let latest = (end * (1 + drift) + .seconds(1_000)) / .milliseconds(1)
                // The clocks drift while the command waits as well.
                let tolerance = abs(drift) * (wait / .milliseconds(1)) + 1
                #expect(Double(deadline) <= latest + tolerance, "seed \(random.seed)")
                #expect(Double(deadline) >= latest - 1_000 - tolerance - 100, "seed \(random.seed)")
            }
        }
    }

    @Test func whatNobodySaneSaysIsIgnored() {
        var clock = ServiceClock()
        for uptime in [-1, Int.min, Int.max] { clock.heard(uptime, epoch: 1, now: start) }
        #expect(!clock.isKnown)
        clock.heard(5, epoch: 1, now: start)
        for end: Duration in [.longest, .zero - .longest, .seconds(Int64.max), .seconds(Int64.min)] {
            let deadline = clock.deadline(start.saturating(adding: end), now: start.saturating(adding: .longest))
            #expect(deadline.map { $0.uptime >= 0 } == true)
        }
    }
}
