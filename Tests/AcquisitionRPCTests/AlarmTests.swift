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
    }

    @Test func aRingEndsTheWait() {
        let alarm = Alarm()
        Worker.start("test") { alarm.ring() }
        alarm.wait(atMost: .seconds(3600))
    }

    @Test(arguments: [Duration.zero, .seconds(-1), .microseconds(1)])
    func aTimeThatIsOverOrNearlySoEnds(_ limit: Duration) {
        Alarm().wait(atMost: limit)
    }
}
