import Testing

@testable import AcquisitionRPC

/// Which start of a service is the present one.
struct ServiceEpochsTests {
    @Test func heartbeatsTellOfARestart() {
        var epochs = ServiceEpochs()
        let news = [nil, 5, 5, nil, 7, 7].map { epochs.heard(heartbeat: $0, connections: 1) }
        #expect(news == [.nothing, .nothing, .nothing, .nothing, .restarted, .nothing])
        #expect(epochs.present == 7)
    }

    @Test func aLateHeartbeatIsNoRestart() {
        var epochs = ServiceEpochs()
        let news = [5, 7, 5, 7, 5, 7].map { epochs.heard(heartbeat: $0, connections: 1) }
        #expect(news == [.nothing, .restarted, .late, .nothing, .late, .nothing])
        #expect(epochs.present == 7)
        // Another machine takes over, and the first one is back: both are there for long.
        let back = [5, 5, 5, 7, 7].map { epochs.heard(heartbeat: $0, connections: 1) }
        #expect(back == [.late, .restarted, .nothing, .late, .restarted])
    }

    @Test func aReplyTellsOfARestartToo() {
        var epochs = ServiceEpochs()
        _ = epochs.heard(heartbeat: 5, connections: 1)
        let news = epochs.heard(reply: 7, on: 1)
        #expect(news == .restarted && epochs.present == 7)
        let first = epochs.heard(heartbeat: 7, connections: 2)
        #expect(first == .nothing, "it is known already")
        let late = epochs.heard(reply: 5, on: nil)
        #expect(late == .late && epochs.present == 7)
        let silent = epochs.heard(reply: nil, on: 2)
        #expect(silent == .nothing)
    }

    @Test func aClockThatWasSetBackMakesNoStartOlder() {
        var epochs = ServiceEpochs()
        _ = epochs.heard(heartbeat: 1_000, connections: 1)
        let news = epochs.heard(reply: 10, on: 2)
        #expect(news == .restarted, "the connection is newer than what was known")
        let late = epochs.heard(heartbeat: 1_000, connections: 2)
        #expect(late == .late && epochs.present == 10)
    }

    @Test func aReplyOfBeforeTheFirstHeartbeatIsLate() {
        var epochs = ServiceEpochs()
        _ = epochs.heard(heartbeat: 7, connections: 1)
        let news = epochs.heard(reply: 5, on: 1)
        #expect(news == .late && epochs.present == 7)
    }

    @Test func anyNumberIsAnEpoch() {
        var epochs = ServiceEpochs()
        for epoch in [Int.min, .max, 0, -1, .max, .min] { _ = epochs.heard(heartbeat: epoch, connections: 1) }
        for epoch in [Int.min, .max, 0, -1] { _ = epochs.heard(reply: epoch, on: .max) }
        for epoch in 1...100_000 { _ = epochs.heard(heartbeat: epoch, connections: 1) }
        #expect(epochs.present == 100_000)
    }
}
