import Testing

@testable import AcquisitionRPC

struct EventCounterTests {
    @Test func growsEvenWhenTheClockDoesNot() {
        let counter = EventCounter()
        #expect(counter.next(now: 1_000) == 1_000)
        #expect(counter.next(now: 1_000) == 1_001)
        #expect(counter.next(now: 500) == 1_002, "the clock was set back")
        #expect(counter.next(now: 2_000) == 2_000)
    }

    @Test func countsNanosecondsSince1970() {
        #expect(EventCounter.nanoseconds() > 1_700_000_000_000_000_000)
    }
}
