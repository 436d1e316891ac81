import AcquisitionModel
import Synchronization
import Testing

@testable import AcquisitionRPC

@Suite(.timeLimit(.minutes(1)))
struct RpcClientTests {
    private let transport = ScriptedTransport()

    @Test func aTimeOfNothingIsOverAtOnce() async throws {
        let client = try RpcClient(transport: transport)
        await withTaskGroup { group in
            for index in 0..<2000 {
                group.addTask {
                    let timeout: Duration = index.isMultiple(of: 2) ? .zero : .nanoseconds(index)
                    await #expect(throws: RpcClientError.self) {
                        try await client.perform(.getStatus, timeout: timeout)
                    }
                }
            }
        }
        client.close()
    }

    @Test func aResultTimeOfNothingIsOverAtOnce() async throws {
        let client = try RpcClient(transport: transport)
        transport.onSend = { transport, request, id in
            transport.reply(to: request, id: id, .pendingWithNotification)
        }
        transport.tell(.eventsConnected(true))
        await withTaskGroup { group in
            for _ in 0..<500 {
                group.addTask {
                    await #expect(throws: RpcClientError.self) {
                        try await client.perform(.getStatus, resultTimeout: .zero)
                    }
                }
            }
        }
        client.close()
    }

    @Test func whatWasGivenUpWhileItWasHandedOverIsForgotten() async throws {
        let client = try RpcClient(transport: transport)
        let task = Mutex<Task<ApiCommandReply, any Error>?>(nil)
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        transport.onSend = { _, _, _ in task.withLock { $0 }?.cancel() }
        let request = Task {
            for await _ in started.prefix(1) {}
            return try await client.request(.getStatus)
        }
        task.withLock { $0 = request }
        start.yield()
        await #expect(throws: CancellationError.self) { try await request.value }
        #expect(transport.log.last?.hasPrefix("forget") == true, "\(transport.log)")
        client.close()
    }

    @Test func aRequestThatMayHaveGoneOutHasNoAnswerAndNotNoPeer() async throws {
        let client = try RpcClient(transport: transport)
        transport.tell(.commandsConnected(true))
        transport.onSend = { transport, _, _ in transport.tell(.commandsConnected(false)) }
        await #expect {
            try await client.request(.getStatus, timeout: .milliseconds(50))
        } throws: {
            ($0 as? RpcClientError)?.code == .noAnswer
        }
        client.close()
    }

    @Test func twoCommandsUnderOneNonceBothEnd() async throws {
        let client = try RpcClient(transport: transport)
        transport.tell(.eventsConnected(true))
        transport.onSend = { transport, request, id in
            transport.reply(to: request, id: id, .pendingWithNotification)
        }
        let (pending, continuation) = AsyncStream.makeStream(of: Void.self)
        let performs = (0..<2).map { _ in
            Task {
                try await client.perform(
                    ApiCommandRequest(.setApplicationMode),
                    resultTimeout: .seconds(20),
                    onPending: { _ in continuation.yield() }
                )
            }
        }
        for await _ in pending.prefix(2) {}
        for message in ["first", "second"] {
            transport.publish(
                .commandResult,
                ApiCommandRequestResponse(.success, errorMessage: message, command: .setApplicationMode, nonce: 0)
            )
        }
        var messages: Set<String?> = []
        for task in performs { messages.insert(try await task.value.errorMessage) }
        #expect(messages == ["first", "second"])
        client.close()
    }

    @Test func aReplyThatCameIsNotLostToACancellation() async throws {
        let client = try RpcClient(transport: transport)
        let task = Mutex<Task<ApiCommandReply, any Error>?>(nil)
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        transport.onSend = { transport, request, id in
            transport.reply(to: request, id: id, .success)
            task.withLock { $0 }?.cancel()
        }
        let request = Task {
            for await _ in started.prefix(1) {}
            return try await client.request(.getStatus)
        }
        task.withLock { $0 = request }
        start.yield()
        #expect(try await request.value.result == .success)
        client.close()
    }

    @Test func aClientThatNobodyHoldsGoesAway() async throws {
        weak var client: RpcClient?
        do {
            let held = try RpcClient(transport: transport)
            client = held
            transport.onSend = { transport, request, id in transport.reply(to: request, id: id, .success) }
            _ = try await held.request(.getStatus)
            _ = held.messages()
            _ = held.liveness()
        }
        // What waited is cancelled, and lets go of the client a moment later.
        while client != nil { await Task.yield() }
        // The reference is gone as soon as the end of the client begins.
        while transport.log.last != "close" { await Task.yield() }
    }
}
