import Testing

@testable import AcquisitionRPC

/// Whatever number somebody gives, time can be reckoned with it.
struct DeadlinesTests {
    private static let durations: [Duration] = [
        .zero, .nanoseconds(1), .seconds(1), .seconds(-1), .seconds(Int64.max), .seconds(Int64.min),
        .nanoseconds(Int64.max), .seconds(Int64.max) + .seconds(Int64.max),
    ]
    private static let factors = [0, 1, -1, 3, Int.max, Int.min]

    @Test(arguments: durations, factors) func nothingIsTooLongToReckonWith(duration: Duration, factor: Int) {
        let now = ContinuousClock.now
        let bounds = Duration.zero - .longest ... .longest
        #expect(bounds.contains(now.duration(to: now.saturating(adding: duration))))
        #expect(bounds.contains(duration.saturating(multipliedBy: factor)))
        #expect(bounds.contains(duration.saturated))
    }

    @Test func ordinaryTimesAreExact() {
        let now = ContinuousClock.now
        #expect(now.saturating(adding: .milliseconds(1500)) == now + .milliseconds(1500))
        #expect(now.saturating(adding: .seconds(-3)) == now - .seconds(3))
        #expect(Duration.nanoseconds(333).saturating(multipliedBy: 3) == .nanoseconds(999))
        #expect(Duration(saturatingSeconds: 0.25) == .milliseconds(250))
        #expect(Duration.seconds(1).saturating(multipliedBy: .max) == .longest)
        #expect(Duration.seconds(1).saturating(multipliedBy: .min) == .zero - .longest)
    }

    @Test func aNumberOfSecondsIsTakenOrRefused() {
        #expect(Duration(saturatingSeconds: .nan) == nil)
        #expect(Duration(saturatingSeconds: .infinity) == .longest)
        #expect(Duration(saturatingSeconds: -.infinity) == .zero - .longest)
        #expect(Duration(saturatingSeconds: 1e308) == .longest)
        #expect(Duration(saturatingSeconds: -.greatestFiniteMagnitude) == .zero - .longest)
        #expect(Duration(saturatingSeconds: .leastNonzeroMagnitude) == .zero)
    }

    /// The system waits for ever and does not come back at once: shorter sleeps are over before.
    @Test func theLongestTimeCanBeSlept() async throws {
        try await withThrowingTaskGroup(of: String.self) { group in
            group.addTask {
                try await Task.sleep(for: .longest)
                return "a duration"
            }
            group.addTask {
                try await Task.sleep(until: ContinuousClock.now.saturating(adding: .longest))
                return "an instant"
            }
            group.addTask {
                try await Task.sleep(for: .milliseconds(5))
                return "a short one"
            }
            let first = try await group.next()
            #expect(first == "a short one")
            group.cancelAll()
        }
    }
}
