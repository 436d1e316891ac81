import AcquisitionModel
import Synchronization
import Testing

@testable import AcquisitionRPC

/// Whichever threads send, what a service publishes is in the order of its index.
@Suite(.timeLimit(.minutes(1)))
struct EventOrderTests {
    @Test(arguments: Dialect.allCases)
    func eventsOfSeveralThreadsArriveInTheOrderOfTheirIndex(_ dialect: Dialect) async throws {
        let transport = HandTransport()
        let service = try transport.service { $0.dialect = dialect }
        let count = 20_000
        // A lab's own, which neither release has under another name.
        let kind = ApiEventKind(rawValue: 90_900)
        await withTaskGroup { group in
            for thread in 0..<4 {
                group.addTask {
                    for index in 0..<count / 4 {
                        let when = thread == 0 ? EventTime(json: "2026 \"today\"") : nil
                        let context = TrialStartedContext(sessionId: "s", trialId: index, reason: "user")
                        try? service.sendEvent(ApiEventType(kind), context, when: when, index: nil)
                    }
                }
            }
        }
        let events = try transport.published(.event).map(ApiEvent.init(json:))
        #expect(events.count == count)
        let indices = events.map(\.index)
        #expect(zip(indices, indices.dropFirst()).allSatisfy { $0 < $1 })
        #expect(events.allSatisfy { $0.kind == kind && $0.context["trialId"]?.int != nil })
        #expect(Set(events.map { $0.context["trialId"] }).count == count / 4)
        await service.stop()
    }

    @Test(arguments: Dialect.allCases)
    func anIndexThatIsGivenIsSentAsItIs(_ dialect: Dialect) async throws {
        let transport = HandTransport()
        let service = try transport.service { $0.dialect = dialect }
        let indices = [5, -1, 0, .max, .min]
        for index in indices { try service.sendEvent(.tunnelEnter, NoContext(), when: nil, index: index) }
        try service.sendEvent(.tunnelEnter)
        let sent = try transport.published(.event).map { try #require($0["index"]?.int) }
        #expect(Array(sent.dropLast()) == indices)
        #expect(try #require(sent.last) > 1_700_000_000_000_000_000)
        await service.stop()
    }
}
