import AcquisitionModel
import Dispatch
import Synchronization
import TestSupport
import Testing

@testable import AcquisitionRPC

/// A pending command has one result, whoever creates it, and exactly one.
@Suite(.timeLimit(.minutes(1)))
struct ResultOwnerTests {
    private let transport = HandTransport()
    private let pending = ApiCommandRequestResponse(.pendingWithNotification)

    /// The application returns PENDING, and a task of its own, begun before or after, leaves the work to the service.
    @Test(arguments: [false, true])
    func workLeftByATaskOfTheApplicationsOwnHasTheOnlyResult(afterReturn: Bool) async throws {
        // Longer than all of them take until their work has begun.
        let pendingTime: Duration = .seconds(1) * Sanitizer.slowdown
        let service = try transport.service {
            $0.load = LoadLimits(pending: 1_000_000, pendingTime: pendingTime)
        }
        let (returning, returned) = AsyncStream.makeStream(of: Void.self)
        service.setDelegate { [weak service, pending] request in
            Task {
                if afterReturn { for await _ in returning { break } }
                _ = service?.answerLater(to: request) { .success() }
            }
            return pending
        }
        let count = 300
        for nonce in 1...count {
            let reply = try transport.ask(#"{"command":120,"nonce":\#(nonce)}"#)
            #expect(reply?.result == .pendingWithNotification)
        }
        returned.finish()
        for _ in 0..<count { await transport.waitForResult() }
        // What was owed twice would fail when its time is over, or at the stop.
        let deadline = ContinuousClock.now + pendingTime + .milliseconds(100)
        while ContinuousClock.now < deadline { await Task.yield() }
        await service.stop()
        let results = try transport.publishedResults()
        #expect(results.count == count && results.values.allSatisfy { $0 == [.success] })
        #expect(service.counters[.expired] == nil && service.counters[.lateResults] == nil)
    }

    @Test func workBegunAfterTheCommandWasGivenUpIsNotBegun() async throws {
        let service = try transport.service { $0.load = LoadLimits(pendingTime: .milliseconds(50)) }
        let (expired, expire) = AsyncStream.makeStream(of: Void.self)
        let (answers, answer) = AsyncStream.makeStream(of: ApiCommandRequestResponse?.self)
        let runs = AsyncStream.makeStream(of: Void.self)
        service.setDelegate { [weak service, pending] request in
            Task {
                for await _ in expired { break }
                answer.yield(
                    service?.answerLater(to: request) {
                        runs.continuation.yield()
                        return .success()
                    }
                )
            }
            return pending
        }
        try transport.ask(#"{"command":120,"nonce":1}"#)
        await transport.waitForResult()
        expire.finish()
        for await response in answers.prefix(1) { #expect(response?.result == .failed) }
        await service.stop()
        #expect(try transport.publishedResults() == [1: [.failed]])
        runs.continuation.finish()
        for await _ in runs.stream { Issue.record("the work ran") }
        #expect(service.counters[.lateResults] == 1)
    }

    @Test func aResultOfTheApplicationAndOneOfItsWorkAreOne() async throws {
        let service = try transport.service()
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        service.setDelegate { [weak service] request in
            service?.answerLater(to: request) {
                for await _ in gate { break }
                return .failed("the work comes second")
            } ?? .unavailable()
        }
        try transport.ask(#"{"command":120,"nonce":1}"#)
        try service.sendCommandResult(ApiCommandRequestResponse(.success, command: .setApplicationMode, nonce: 1))
        open.finish()
        while service.counters[.lateResults] != 1 { await Task.yield() }
        await service.stop()
        #expect(try transport.publishedResults() == [1: [.success]])
    }

    /// Delegates return PENDING, on every kind of thread, just as the service stops.
    @Test func whoIsToldPendingHasAResultHoweverTheServiceStops() async throws {
        var told = 0
        var round = 0
        // How often the stop comes in the middle depends on the machine: until it has come often enough.
        while round < 300 || told <= 300, round < 10_000 {
            round += 1
            let transport = HandTransport()
            let service = try transport.service { $0.pendingAfter = .milliseconds(1) }
            service.setDelegate { [weak service, pending] request in
                switch request.nonce.int.map({ $0 % 4 }) {
                case 0: await Task.yield()
                case 1: return service?.answerLater(to: request) { .success() } ?? .unavailable()
                case 2:
                    Task { _ = service?.answerLater(to: request) { .success() } }
                default: break
                }
                return pending
            }
            let peer = PeerAddress(envelope: [[UInt8(round % 256)], []])
            var replies: [ApiCommandReply] = []
            let stopping = Task { await service.stop() }
            for nonce in 1...20 {
                guard let reply = try transport.ask(#"{"command":120,"nonce":\#(nonce)}"#, from: peer) else { continue }
                replies.append(reply)
            }
            await stopping.value
            replies += transport.replies(to: peer)
            let results = try transport.publishedResults()
            for reply in replies where reply.result == .pendingWithNotification {
                told += 1
                #expect(results[reply.nonce]?.count == 1, "round \(round), nonce \(reply.nonce)")
            }
            #expect(Dictionary(grouping: replies, by: \.nonce).values.allSatisfy { $0.count == 1 })
        }
        #expect(told > 300, "the race was run")
    }

    @Test func theReplySaysWhichStartAnswersToThoseWhoNameThemselves() async throws {
        let service = try transport.service()
        service.setDelegate { _ in .success() }
        #expect(try transport.ask(#"{"command":400,"nonce":1}"#)?.epoch == nil)
        let named = try transport.ask(#"{"command":400,"nonce":2,"client":"me"}"#)
        #expect(try #require(named?.epoch) > 1_700_000_000_000_000_000)
        await service.stop()
    }
}
