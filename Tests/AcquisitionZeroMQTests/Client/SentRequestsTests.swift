import Testing

@testable import AcquisitionZeroMQ

/// What is known of the requests that were sent on one connection.
struct SentRequestsTests {
    @Test func whatHasNoReplyMayBeOnItsWay() {
        var sent = SentRequests()
        #expect(sent.isEmpty)
        sent.sent(1)
        #expect(!sent.isEmpty)
        let isUnderWay = sent.forget(1)
        #expect(isUnderWay && sent.isEmpty)
        let again = sent.forget(1)
        #expect(!again)
    }

    @Test func aReplySaysThatWhatWasSentBeforeHasArrived() {
        var sent = SentRequests()
        for id: UInt64 in 1...3 { sent.sent(id) }
        sent.answered(2)
        let first = sent.forget(1)
        let third = sent.forget(3)
        #expect(!first && third)
    }

    @Test func aReplyToWhatWasSentTwiceMayBeToTheFirst() {
        var sent = SentRequests()
        sent.sent(1)
        sent.sent(2)
        sent.sent(1)
        sent.answered(1)
        let second = sent.forget(2)
        #expect(second)
        sent.sent(3)
        sent.sent(4)
        sent.sent(3)
        sent.answered(4)
        let third = sent.forget(3)
        #expect(third, "its second copy")
    }
}
