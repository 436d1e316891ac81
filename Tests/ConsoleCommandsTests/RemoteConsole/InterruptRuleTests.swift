import Testing

@testable import ConsoleCommands

struct InterruptRuleTests {
    private let start = ContinuousClock.now

    @Test func anEmptyLineTakesTwo() {
        var rule = InterruptRule()
        #expect(rule.press(hasTyped: true, isWorking: false, at: start) == .warn)
        #expect(rule.press(hasTyped: false, isWorking: false, at: start + .seconds(4)) == .end)
    }

    @Test func aKeyBetweenOrALongTimeBeginsAnew() {
        var rule = InterruptRule()
        #expect(rule.press(hasTyped: false, isWorking: false, at: start) == .warn)
        #expect(rule.press(hasTyped: true, isWorking: false, at: start) == .warn)
        #expect(rule.press(hasTyped: false, isWorking: false, at: start + .seconds(6)) == .warn)
    }

    /// Whoever presses it twice to be rid of a command does not mean the console.
    @Test func leavingACommandIsNoWarning() {
        var rule = InterruptRule()
        #expect(rule.press(hasTyped: false, isWorking: false, at: start) == .warn)
        #expect(rule.press(hasTyped: false, isWorking: true, at: start) == .leave)
        #expect(rule.press(hasTyped: false, isWorking: false, at: start) == .warn)
    }
}
