import AcquisitionModel
import Testing

@testable import AcquisitionRPC

struct ReplyStateTests {
    private let answer = ApiCommandRequestResponse.success(["a": 1])

    @Test func aQuickDelegateRepliesOnce() {
        var state = ReplyState.answering
        #expect(state.returned(answer) == .reply(answer))
        #expect(state.isDone)
        #expect(state.tookTooLong() == .nothing)
        #expect(state.stopping() == .nothing)
        #expect(state.returned(answer) == .nothing)
    }

    @Test func aSlowDelegateIsPendingAndPublishesOnce() {
        var state = ReplyState.answering
        #expect(state.tookTooLong() == .reply(ApiCommandRequestResponse(.pendingWithNotification)))
        #expect(state.tookTooLong() == .nothing)
        #expect(state.returned(answer) == .publish(answer))
        #expect(state.stopping() == .nothing)
    }

    @Test func stoppingFailsWhatIsUnderWay() throws {
        var answering = ReplyState.answering
        guard case .reply(let reply) = answering.stopping() else { throw Unexpected() }
        #expect(reply.result == .failed)
        var later = ReplyState.later
        guard case .publish(let result) = later.stopping() else { throw Unexpected() }
        #expect(result.result == .failed)
        #expect(later.returned(answer) == .nothing, "what comes after is not published a second time")
    }

    private struct Unexpected: Error {}
}
