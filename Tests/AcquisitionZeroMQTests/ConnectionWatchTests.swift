import Testing

@testable import AcquisitionZeroMQ

struct ConnectionWatchTests {
    /// What each look at the connection gives.
    private func looks(
        _ watch: inout ConnectionWatch,
        _ bytes: [UInt64],
        emptied: (Int) -> UInt64 = { UInt64($0) }
    ) -> [Bool] {
        bytes.enumerated().map { watch.look(bytes: $1, emptied: emptied($0), limit: 100) }
    }

    @Test func aMessageWithoutAnEndIsEnded() {
        var watch = ConnectionWatch()
        #expect(looks(&watch, [50, 150, 300, 400, 500]) == [false, false, false, false, true])
    }

    @Test func whatTheLimitAllowsIsNot() {
        var watch = ConnectionWatch()
        // A connection that was busy, and then sends no more than a message may have.
        #expect(!looks(&watch, [0, 101, 150, 201, 201, 201, 201]).contains(true))
        #expect(watch.isSuspect)
    }

    @Test func aDeliveryClearsEverySuspicion() {
        var watch = ConnectionWatch()
        for round in 0..<50 as Range<UInt64> {
            let bytes = round * 1000
            #expect(!looks(&watch, [bytes, bytes + 150, bytes + 300, bytes + 400]).contains(true))
            watch.delivered()
            #expect(!watch.isSuspect)
        }
    }

    @Test func whileNobodyReadsNothingIsEnded() {
        var watch = ConnectionWatch()
        #expect(!looks(&watch, [150, 300, 500, 700, 900]) { _ in 7 }.contains(true))
        // Found empty once may have been before the last message came.
        #expect(!looks(&watch, [900, 900]) { _ in 8 }.contains(true))
        let isEnded = watch.look(bytes: 900, emptied: 9, limit: 100)
        #expect(isEnded)
    }
}
