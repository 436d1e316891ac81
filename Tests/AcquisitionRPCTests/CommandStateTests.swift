import AcquisitionModel
import Testing

@testable import AcquisitionRPC

struct CommandStateTests {
    private let answer = ApiCommandRequestResponse.success(["a": 1])
    private let pending = ApiCommandRequestResponse(.pendingWithNotification)

    @Test func aQuickDelegateRepliesOnce() {
        var state = CommandState.running
        #expect(state.returned(answer) == .reply(answer))
        #expect(state.isDone)
        #expect(state.tookTooLong() == .nothing)
        #expect(state.stop("s") == .nothing)
        #expect(state.come(to: answer) == .drop, "there was no PENDING, so there is no result")
    }

    @Test func aSlowDelegateIsPendingAndPublishesOnce() {
        var state = CommandState.running
        #expect(state.tookTooLong() == .reply(pending))
        #expect(state.tookTooLong() == .nothing)
        #expect(state.returned(answer) == .publish(answer))
        #expect(state.stop("s") == .nothing)
    }

    @Test func stoppingFailsWhatIsUnderWay() {
        var running = CommandState.running
        #expect(running.stop("s") == .reply(.failed("s")))
        #expect(running.returned(answer) == .nothing)
        var later = CommandState.pending
        #expect(later.stop("s") == .publish(.failed("s")))
        #expect(later.come(to: answer) == .drop, "what comes after is not published a second time")
    }

    @Test func whoeverComesFirstHasTheResult() {
        var state = CommandState.running
        #expect(state.come(to: answer) == .publish(answer))
        #expect(state.come(to: .success()) == .drop)
        #expect(state.tookTooLong() == .reply(pending))
        #expect(state.returned(answer) == .nothing)
    }

    @Test func aDelegateThatLeftTheResultPublishesNone() {
        var state = CommandState.running
        state.leaveResultToOthers()
        #expect(state.tookTooLong() == .reply(pending))
        #expect(state.returned(.success()) == .nothing)
        #expect(state.owesResult)
        #expect(state.come(to: answer) == .publish(answer))
    }

    /// Every order of what can happen to a command, up to six things deep.
    @Test func everyOrderGivesOneReplyAndAResultForEachPending() {
        var count = 0
        explore(.running, replies: [], results: 0, depth: 6, &count)
        #expect(count > 10_000)
    }

    private func explore(
        _ state: CommandState,
        replies: [ApiCommandRequestResult],
        results: Int,
        depth: Int,
        _ count: inout Int
    ) {
        count += 1
        #expect(replies.count <= 1 && results <= 1)
        if state.isDone {
            #expect(replies.count == 1)
            if replies == [.pendingWithNotification] { #expect(results == 1) }
        }
        guard depth > 0 else { return }
        let inputs: [(inout CommandState) -> CommandState.Action] = [
            { $0.returned(.success()) }, { $0.returned(ApiCommandRequestResponse(.pendingWithNotification)) },
            { $0.come(to: .success()) }, { $0.tookTooLong() }, { $0.giveUp("too long") }, { $0.stop("stopped") },
            {
                $0.leaveResultToOthers()
                return .nothing
            },
        ]
        for input in inputs {
            var (state, replies, results) = (state, replies, results)
            switch input(&state) {
            case .reply(let reply): replies.append(reply.result)
            case .publish: results += 1
            case .nothing, .drop: break
            }
            explore(state, replies: replies, results: results, depth: depth - 1, &count)
        }
    }
}
