import Synchronization
import Testing

@testable import AcquisitionRPC

@Suite(.timeLimit(.minutes(1)))
struct AlarmTests {
    @Test func aRingBeforeTheWaitIsKeptOnce() {
        let alarm = Alarm()
        alarm.ring()
        alarm.ring()
        let clock = ContinuousClock()
        #expect(clock.measure { alarm.wait(atMost: .seconds(3600)) } < .seconds(60))
        #expect(clock.measure { alarm.wait(atMost: .milliseconds(20)) } >= .milliseconds(19))
        alarm.ring()
        #expect(alarm.wait(atMost: .seconds(3600)))
        #expect(!alarm.wait(atMost: .zero), "one ring ends one wait")
    }

    @Test func aRingEndsTheWait() {
        let alarm = Alarm()
        Worker.start("test") { alarm.ring() }
        #expect(alarm.wait(atMost: .seconds(3600)))
    }

    @Test func aRingBeforeItIsTimeEndsNoWaitForSomething() {
        let alarm = Alarm()
        let rings = Atomic(0)
        Worker.start("test") {
            for _ in 0..<3 {
                rings.add(1, ordering: .sequentiallyConsistent)
                alarm.ring()
            }
        }
        #expect(alarm.wait(atMost: .seconds(3600)) { rings.load(ordering: .sequentiallyConsistent) == 3 })
        #expect(!alarm.wait(atMost: .milliseconds(20)) { false })
        #expect(alarm.wait(atMost: .zero) { true }, "what is so already needs no time")
    }

    @Test(arguments: [Duration.zero, .seconds(-1), .microseconds(1)])
    func aTimeThatIsOverOrNearlySoEnds(_ limit: Duration) {
        #expect(!Alarm().wait(atMost: limit))
    }

    @Test func aWaitForEverIsEndedByARing() {
        let alarm = Alarm()
        Worker.start("test") { alarm.ring() }
        let rings = Atomic(0)
        #expect(alarm.wait(atMost: .seconds(Int64.max)) { rings.add(1, ordering: .relaxed).newValue == 2 })
    }
}
