import Foundation
import Testing

@testable import ConsoleCommands

struct EndingRuleTests {
    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func theFirstSignalEndsTheWork(_ number: Int32) {
        var rule = EndingRule(hasTerminal: true)
        #expect(rule.receive(number) == .end)
        #expect(rule.received == number)
    }

    @Test func whoAsksTwiceIsInAHurry() {
        for (first, second) in [(SIGINT, SIGINT), (SIGTERM, SIGTERM), (SIGINT, SIGTERM)] {
            var rule = EndingRule()
            #expect(rule.receive(first) == .end)
            #expect(rule.receive(second) == .endNow)
            #expect(rule.received == first)
        }
    }

    /// It comes from the kernel, the shell and the session's manager, which adds a SIGTERM, within a moment.
    @Test func aTerminalThatGoesSaysSoMoreThanOnce() {
        for numbers in [[SIGHUP, SIGHUP, SIGHUP], [SIGHUP, SIGTERM, SIGHUP], [SIGTERM, SIGHUP, SIGHUP]] {
            var rule = EndingRule(hasTerminal: true)
            #expect(numbers.map { rule.receive($0) } == [.end, .nothing, .nothing])
            #expect(rule.receive(SIGTERM) == (numbers.contains(SIGTERM) ? .endNow : .nothing))
        }
    }

    @Test func withoutATerminalFilesAreOpenedAnew() {
        var rule = EndingRule(hasTerminal: false)
        #expect([SIGHUP, SIGHUP].map { rule.receive($0) } == [.reopen, .reopen])
        #expect(rule.received == nil)
        #expect(rule.receive(SIGTERM) == .end)
    }

    @Test(arguments: [true, false])
    func whatIsIgnoredStaysIgnored(_ hasTerminal: Bool) {
        var rule = EndingRule(hasTerminal: hasTerminal, ignoresHangup: true)
        #expect(rule.receive(SIGHUP) == .nothing)
        #expect(rule.receive(SIGINT) == .end)
    }
}
