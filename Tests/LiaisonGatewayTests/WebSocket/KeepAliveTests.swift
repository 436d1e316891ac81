import Testing

@testable import LiaisonGateway

/// When the other side counts as gone: without a clock.
struct KeepAliveTests {
    private let start = ContinuousClock.now

    /// Asks at these seconds; whether it goes on each time.
    private func ask(_ keepAlive: inout KeepAlive, at seconds: [Int]) -> [Bool] {
        seconds.map { keepAlive.ask(now: start + .seconds($0)) }
    }

    @Test func anAnswerInTimeIsEnough() {
        var keepAlive = KeepAlive(patience: .seconds(20))
        for round in 1...10 {
            let goesOn = ask(&keepAlive, at: [round * 20])
            #expect(goesOn == [true])
            keepAlive.heard()
        }
    }

    @Test func silenceIsTheEnd() {
        var keepAlive = KeepAlive(patience: .seconds(30))
        let goesOn = ask(&keepAlive, at: [20, 40, 60])
        #expect(goesOn == [true, true, false])
    }

    /// While nothing is read since there is too much to do, an answer cannot be heard.
    @Test func whoDoesNotListenDoesNotJudge() {
        var keepAlive = KeepAlive(patience: .seconds(20))
        let before = ask(&keepAlive, at: [20])
        keepAlive.setDeaf(true)
        let deaf = ask(&keepAlive, at: [40, 60, 200])
        keepAlive.setDeaf(false)
        let after = ask(&keepAlive, at: [220, 240])
        #expect(before + deaf + after == [true, true, true, true, true, false])
    }
}
