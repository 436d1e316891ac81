import AcquisitionModel
import Synchronization
import Testing

@testable import AcquisitionRPC

/// A client that gives its commands again, over a transport that does what a test says.
@Suite(.timeLimit(.minutes(1)))
struct GivingAgainTests {
    private let transport = ScriptedTransport()
    private let old = 100
    private let new = 200

    private func client(timeout: Duration = .milliseconds(300), retries: Int = 5) throws -> RpcClient {
        try RpcClient(transport: transport, options: ClientOptions(timeout: timeout, retries: retries))
    }

    /// Answers the question after the epoch with `epoch`, and nothing else but what `answer` does.
    private func script(
        epoch: Int?,
        _ answer: @escaping @Sendable (ScriptedTransport, ApiCommandRequest, UInt64, _ time: Int) -> Void = {
            _,
            _,
            _,
            _ in
        }
    ) {
        let times = Mutex<[UInt64: Int]>([:])
        transport.onSend = { transport, request, id in
            if request.command == .none { return transport.reply(to: request, id: id, .success, epoch: epoch) }
            let time = times.withLock { times in
                times[id, default: 0] += 1
                return times[id, default: 0]
            }
            answer(transport, request, id, time)
        }
    }

    private func againLines() -> Int { transport.log.count { $0.hasPrefix("again") } }

    @Test func aCommandIsGivenAgainUntilItIsAnswered() async throws {
        script(epoch: old) { [old] transport, request, id, time in
            if time == 3 { transport.reply(to: request, id: id, .success, epoch: old) }
        }
        let client = try client(timeout: .seconds(5), retries: 50)
        transport.tell(.commandsConnected(true))
        transport.beat(epoch: old, window: 600)
        #expect(try await client.request(.getStatus).result == .success)
        client.close()
    }

    struct Doubt: Sendable {
        /// What the heartbeat names.
        var epoch: Int?
        var window: Double?
        /// What the other end of the connection names.
        var proven: Int?
    }

    static let doubts = [
        Doubt(epoch: 100, window: 600, proven: nil), Doubt(epoch: 100, window: 600, proven: 200),
        Doubt(epoch: nil, window: 600, proven: 100), Doubt(epoch: 100, window: nil, proven: 100),
        Doubt(epoch: 100, window: 0.1, proven: 100), Doubt(epoch: 100, window: -1, proven: 100),
    ]

    @Test(arguments: doubts) func whereItIsNotCertainACommandIsGivenOnce(doubt: Doubt) async throws {
        script(epoch: doubt.proven)
        let client = try client()
        transport.tell(.commandsConnected(true))
        transport.beat(epoch: doubt.epoch, window: doubt.window)
        // The last of the five is later than the shortest window.
        let error = await #expect(throws: RpcClientError.self) { try await client.request(.getStatus) }
        #expect(error?.code == .noAnswer && error?.message.contains("may have run") == true)
        guard let request = transport.log.first(where: { $0.hasPrefix("send") })?.split(separator: " ").last else {
            Issue.record("nothing was sent")
            return
        }
        let times = transport.log.count { $0.hasPrefix("again \(request) ") }
        // At 50 ms, the first repetition is within the window of 100.
        #expect(doubt.window == 0.1 ? times <= 1 : times == 0, "\(transport.log)")
        client.close()
    }

    @Test func noHeartbeatNoRepetition() async throws {
        script(epoch: old)
        let client = try client()
        transport.tell(.commandsConnected(true))
        let error = await #expect(throws: RpcClientError.self) { try await client.request(.getStatus) }
        #expect(error?.code == .noAnswer && againLines() == 0)
        client.close()
    }

    @Test func aRestartBetweenRequestAndRepetitionEndsIt() async throws {
        // The connection is lost with the request, and the next one is to another start.
        script(epoch: old) { [new] transport, _, _, _ in
            script(epoch: new) { _, _, _, _ in Issue.record("given to the new start") }
            transport.tell(.commandsConnected(false))
            transport.tell(.commandsConnected(true))
        }
        let client = try client()
        transport.tell(.commandsConnected(true))
        transport.beat(epoch: old, window: 600)
        let error = await #expect(throws: RpcClientError.self) { try await client.request(.getStatus) }
        #expect(error?.code == .noAnswer)
        #expect(error?.message.contains("the service was restarted") == true, "\(String(describing: error))")
        client.close()
    }

    @Test func anotherConnectionToTheSameStartWillDo() async throws {
        script(epoch: old) { [old] transport, request, id, time in
            if time == 1 {
                transport.tell(.commandsConnected(false))
                transport.tell(.commandsConnected(true))
            } else {
                transport.reply(to: request, id: id, .success, epoch: old)
            }
        }
        let client = try client(timeout: .seconds(5), retries: 50)
        transport.tell(.commandsConnected(true))
        transport.beat(epoch: old, window: 600)
        #expect(try await client.request(.getStatus).result == .success)
        #expect(transport.log.contains { $0.hasSuffix("on 2") })
        client.close()
    }

    @Test func aRepetitionWaitsForTheProofAndIsSentAtOnceThen() async throws {
        let question = Mutex<(ApiCommandRequest, UInt64)?>(nil)
        transport.onSend = { [old] transport, request, id in
            if request.command == .none { return question.withLock { $0 = (request, id) } }
            // The second time.
            if transport.log.contains("send \(id)") { transport.reply(to: request, id: id, .success, epoch: old) }
        }
        let client = try client(timeout: .seconds(20), retries: 1999)
        transport.tell(.commandsConnected(true))
        transport.beat(epoch: old, window: 600)
        async let reply = client.request(.getStatus)
        while !transport.log.contains(where: { $0.hasPrefix("send") }) { await Task.yield() }
        // Several times it would have been given again by now.
        try await Task.sleep(for: .milliseconds(50))
        #expect(againLines() == 1, "only the question")
        let (request, id) = try #require(question.withLock { $0 })
        transport.reply(to: request, id: id, .success, epoch: old)
        #expect(try await reply.result == .success)
        client.close()
    }

    /// A result that was missed is asked for again by the same rule.
    @Test(arguments: [(100, 600.0, true), (200, 600, false), (100, 0.01, false)])
    func aMissedResultIsAskedFor(_ proven: Int, _ window: Double, _ isAsked: Bool) async throws {
        let (asked, ask) = AsyncStream.makeStream(of: Int.self)
        script(epoch: proven) { [old] transport, request, id, time in
            transport.reply(to: request, id: id, .pendingWithNotification, epoch: time == 1 ? old : nil)
            if time == 2 {
                ask.yield(time)
                transport.publish(.commandResult, ApiCommandRequestResponse(.success, nonce: request.nonce))
            }
        }
        let client = try client(timeout: .seconds(5), retries: 1)
        var notices = client.messages(topics: [.commandResult]).makeAsyncIterator()
        transport.tell(.eventsConnected(true))
        transport.beat(epoch: old, window: window)
        transport.tell(.commandsConnected(true))
        let reply = Task { try await client.perform(.setApplicationMode) }
        // The subscription counts after a while.
        let beating = Task { [transport, old] in
            var count = 0
            while !Task.isCancelled {
                count += 2
                transport.beat(epoch: old, window: window) { $0.published = [.commandResult: count] }
                try await Task.sleep(for: .milliseconds(5))
            }
        }
        // By the second notice, what follows from the first has happened.
        var seen = 0
        while seen < 2, let message = await notices.next() {
            if case .notice(.missed) = message.content { seen += 1 }
        }
        beating.cancel()
        if isAsked { #expect(try await reply.value.result == .success) }
        client.close()
        if !isAsked {
            let error = await #expect(throws: RpcClientError.self) { try await reply.value }
            // The other end names another start: then the result is lost.
            #expect(error?.code == (proven == old ? .closed : .noResult))
        }
        ask.finish()
        var count = 0
        for await _ in asked { count += 1 }
        #expect(count == (isAsked ? 1 : 0))
    }
}
