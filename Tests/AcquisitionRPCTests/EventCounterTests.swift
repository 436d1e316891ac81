import Testing

@testable import AcquisitionRPC

struct EventCounterTests {
    private let now = 1_700_000_000_000_000_000

    @Test func growsEvenWhenTheClockDoesNot() {
        var counter = EventCounter()
        #expect(counter.next(now: now) == now)
        #expect(counter.next(now: now) == now + 1)
        #expect(counter.next(now: now - 500) == now + 2, "the clock was set back")
        #expect(counter.next(now: now + 2_000) == now + 2_000)
    }

    @Test func aMachineThatDoesNotKnowTheYearCountsOn() {
        var counter = EventCounter()
        #expect(counter.next(now: 5) == 1_000_000_000_000_000_000, "every index has 19 digits")
        #expect(counter.next(now: 5) == 1_000_000_000_000_000_001)
        #expect(counter.next(now: now) == now)
    }

    @Test func countsNanosecondsSince1970() {
        #expect(EventCounter.nanoseconds() > 1_700_000_000_000_000_000)
    }
}
