import AcquisitionModel
import AcquisitionRPC
import Testing
import ZeroMQ

/// Every request that was sent to the original, sent to this package through real sockets.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct RequestVectorTests {
    @Test(arguments: try Vectors.both("request_reply"))
    func answersAsRecorded(_ vector: Vector) async throws {
        let expected = try Divergence.expected(Exchange(recorded: vector), for: vector, by: Divergence.answered)
        try await check(vector, expected, delegate: try Answer.delegate(of: vector)) { $0.pendingAfter = nil }
    }

    @Test(arguments: try Vectors.both("request_reply") { Divergence.hiddenErrors.isDeclared(for: $0) })
    func keepsTheTextOfOtherErrors(_ vector: Vector) async throws {
        let expected = try Divergence.expected(
            Exchange(recorded: vector),
            for: vector,
            by: [Divergence.hiddenErrors]
        )
        try await check(vector, expected, delegate: { _ in throw Answer.NotForTheClient() }) { $0.pendingAfter = nil }
    }

    @Test(arguments: try Vectors.both("request_reply") { Divergence.lateAnswer.isDeclared(for: $0) })
    func tellsThatAnAnswerIsLate(_ vector: Vector) async throws {
        let expected = try Divergence.expected(Exchange(recorded: vector), for: vector, by: [Divergence.lateAnswer])
        try await check(vector, expected, delegate: try Answer.delegate(of: vector)) { _ in }
    }

    private func check(
        _ vector: Vector,
        _ expected: Exchange,
        delegate: CommandRequestDelegate?,
        _ options: (inout RpcOptions) -> Void
    ) async throws {
        let bench = try Bench(vector.dialect, options)
        for kind in [SocketKind.req, .dealer] {
            let seen = Seen()
            bench.service.setDelegate(seen.noting(delegate))
            let client = try bench.commands(kind)
            let reply = try await client.ask(vector.request)
            let exchange = Exchange(replies: try reply.map { try JSONReader.read($0) }, seen: seen.requests.first)
            #expect(exchange == expected, "by \(kind)")
            #expect(seen.requests.count == (expected.seen == nil ? 0 : 1))
            // The service goes on, and the next reply belongs to the next request.
            bench.service.setDelegate { _ in .success() }
            let next = try await client.ask(#"{"command":400,"nonce":77}"#)
            #expect(next.nonce == 77 && next.command == .getStatus && next.result == .success)
        }
        await bench.close()
    }

    @Test(arguments: Divergence<Exchange>.answered + [Divergence.lateAnswer, Divergence.hiddenErrors])
    func everyDivergenceIsUsed(_ divergence: Divergence<Exchange>) throws {
        #expect(try Vectors.both("request_reply").contains { try divergence.applies($0) })
    }

    @Test func thereAreVectors() throws {
        #expect(try Vectors.both("request_reply").count == 359)
    }
}
