import AcquisitionModel
import Synchronization
import Testing

@testable import AcquisitionRPC

/// What a restart of the service takes along: what the old start had answered, and nothing else.
@Suite(.timeLimit(.minutes(1)))
struct RestartTests {
    private let transport = ScriptedTransport()
    private let client: RpcClient
    private let old = 100
    private let new = 200

    init() throws {
        client = try RpcClient(transport: transport)
        transport.tell(.commandsConnected(true))
        transport.tell(.eventsConnected(true))
        transport.beat(epoch: old)
    }

    /// A command that is pending with the start `epoch` of the service by the time this returns.
    private func pending(epoch: Int?, nonce: JSONValue = 1) async -> Task<ApiCommandReply, any Error> {
        transport.onSend = { transport, request, id in
            transport.reply(to: request, id: id, .pendingWithNotification, epoch: epoch)
        }
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let task = Task { [client] in
            try await client.perform(
                ApiCommandRequest(.setApplicationMode, nonce: nonce),
                onPending: { _ in continuation.yield() }
            )
        }
        for await _ in stream.prefix(1) {}
        return task
    }

    private func publishResult(_ nonce: JSONValue = 1, _ command: ApiCommand = .setApplicationMode) {
        transport.publish(.commandResult, ApiCommandRequestResponse(.success, command: command, nonce: nonce))
    }

    private func expectLost(
        _ task: Task<ApiCommandReply, any Error>,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        let error = await #expect(throws: RpcClientError.self, sourceLocation: sourceLocation) { try await task.value }
        #expect(error?.code == .noResult, sourceLocation: sourceLocation)
        #expect(error?.message.contains("may have run") == true, sourceLocation: sourceLocation)
    }

    @Test func aCommandOfTheNewStartOutlivesItsFirstHeartbeat() async throws {
        let lost = await pending(epoch: old, nonce: 1)
        let kept = await pending(epoch: new, nonce: 2)
        // The reply has told already.
        await expectLost(lost)
        transport.beat(epoch: new)
        publishResult(2)
        #expect(try await kept.value.result == .success)
        client.close()
    }

    @Test func aHeartbeatTakesWhatTheOldStartHadAnswered() async throws {
        let lost = await pending(epoch: old)
        transport.beat(epoch: new)
        await expectLost(lost)
        client.close()
    }

    @Test func aServiceThatNamesNoEpochInItsRepliesIsBelievedToBeTheOldOne() async throws {
        let lost = await pending(epoch: nil)
        transport.beat(epoch: new)
        await expectLost(lost)
        client.close()
    }

    @Test func aServiceThatNamesNoEpochAtAllLosesNothing() async throws {
        let kept = await pending(epoch: nil)
        for _ in 0..<3 { transport.beat(epoch: nil) }
        publishResult()
        #expect(try await kept.value.result == .success)
        client.close()
    }

    @Test func aReplyOfTheOldStartThatComesAfterTheNewHeartbeatIsLost() async throws {
        transport.onSend = { [old, new] transport, request, id in
            transport.beat(epoch: new)
            transport.reply(to: request, id: id, .pendingWithNotification, epoch: old)
        }
        await expectLost(Task { [client] in try await client.perform(.setApplicationMode) })
        client.close()
    }

    @Test func anAnswerOfTheOldStartCountsWheneverItComes() async throws {
        transport.onSend = { [old, new] transport, request, id in
            transport.beat(epoch: new)
            transport.reply(to: request, id: id, .success, epoch: old)
        }
        #expect(try await client.perform(.setApplicationMode).result == .success)
        client.close()
    }

    @Test func aLateHeartbeatOfTheOldStartLosesNothing() async throws {
        let notices = client.messages(topics: [.event])
        transport.beat(epoch: new)
        let kept = await pending(epoch: new)
        transport.beat(epoch: old)
        transport.beat(epoch: new)
        publishResult()
        #expect(try await kept.value.result == .success)
        client.close()
        var count = 0
        for await message in notices where message.content == .notice(.restarted) { count += 1 }
        #expect(count == 1)
    }

    /// Both answer a command that was given before: in the new start the nonce may stand for another one.
    @Test func aResultIsNotTakenForACommandThatHasNotGoneOut() async throws {
        transport.tell(.commandsConnected(false))
        let (sent, send) = AsyncStream.makeStream(of: UInt64.self)
        let requests = Mutex<[UInt64: ApiCommandRequest]>([:])
        transport.onSend = { _, request, id in
            requests.withLock { $0[id] = request }
            send.yield(id)
        }
        let task = Task { [client] in try await client.perform(ApiCommandRequest(.setApplicationMode, nonce: 1)) }
        for await id in sent.prefix(1) {
            transport.publish(
                .commandResult,
                ApiCommandRequestResponse(.failed, command: .setApplicationMode, nonce: 1)
            )
            transport.tell(.commandsConnected(true))
            publishResult(1, .setTrainingMode)
            let request = try #require(requests.withLock { $0[id] })
            transport.reply(to: request, id: id, .pendingWithNotification, epoch: old)
            publishResult()
        }
        #expect(try await task.value.result == .success)
        client.close()
    }

    @Test func aReplyToAnotherCommandIsAnError() async throws {
        transport.onSend = { transport, request, id in
            var other = request
            other.nonce = 6
            transport.reply(to: other, id: id, .success)
        }
        let error = await #expect(throws: RpcClientError.self) {
            try await client.request(ApiCommandRequest(.getStatus, nonce: 5))
        }
        #expect(error?.code == .wrongReply)
        #expect(error?.message.contains("the nonce 5") == true && error?.message.contains("the nonce 6") == true)
        client.close()
    }

    @Test func everyRequestNamesItsClient() async throws {
        let names = Mutex<Set<String?>>([])
        transport.onSend = { transport, request, id in
            _ = names.withLock { $0.insert(request.client) }
            transport.reply(to: request, id: id, .success)
        }
        _ = try await client.request(.getStatus)
        _ = try await client.perform(.getStatus)
        #expect(names.withLock { $0 } == [client.name])
        client.close()
    }
}
