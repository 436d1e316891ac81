import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Synchronization
import TestSupport
import Testing
import ZeroMQ

/// A command that is given again is answered again and does not run again.
@Suite(.timeLimit(.minutes(1)))
struct RunOnceTests {
    private let runs = Runs()

    private final class Runs: Sendable {
        private let counts = Mutex<[JSONValue: Int]>([:])
        func add(_ nonce: JSONValue) { counts.withLock { $0[nonce, default: 0] += 1 } }
        var all: [JSONValue: Int] { counts.withLock { $0 } }
    }

    private func service(_ change: (inout RpcOptions) -> Void = { _ in }) throws -> any RpcService {
        let service = try #require(
            createApiService(
                .onFreePorts {
                    // Longer than any of the tests.
                    $0.deduplicate = .seconds(600)
                    change(&$0)
                }
            )
        )
        service.setDelegate { [runs] request in
            runs.add(request.nonce)
            return .success(["run": JSONValue(runs.all[request.nonce] ?? 0)])
        }
        try service.start()
        return service
    }

    private func dealer(_ service: any RpcService) throws -> Socket {
        let socket = try Context.shared.socket(.dealer)
        try socket.set(.linger, to: .zero)
        try socket.set(.receiveTimeout, to: .seconds(10))
        try socket.connect(try #require(service.endpoints?.command.first))
        return socket
    }

    private func ask(_ socket: Socket, _ body: String) throws -> ApiCommandReply {
        try socket.send(Message(frames: [[], Array(body.utf8)]))
        let reply = try #require(try socket.receive().frames.last)
        return try ApiCommandReply(json: JSONReader.read(reply))
    }

    @Test func theSameCommandOfTheSameClientRunsOnce() async throws {
        let service = try service()
        let socket = try dealer(service)
        let body = #"{"command": 120, "nonce": 5, "data": {"a": 1}}"#
        let replies = try (0..<10).map { _ in try ask(socket, body) }
        #expect(Set(replies).count == 1)
        #expect(replies.first?.data == ["run": 1])
        let other = try ask(socket, #"{"command": 120, "nonce": 5, "data": {"a": 2}}"#)
        #expect(other.result == .failed && other.errorKind == .systemError)
        #expect(other.errorMessage?.contains("one nonce, one command") == true)
        let stop = try ask(socket, #"{"command": 200, "nonce": 5}"#)
        #expect(stop.result == .success, "an emergency stop is a stop under any nonce")
        let stranger = try dealer(service)
        let strange = try ask(stranger, body)
        #expect(strange.data == ["run": 3], "another connection's nonces are its own")
        let named = body.dropLast() + #", "client": "me"}"#
        let name = try ask(stranger, String(named))
        #expect(name.data == ["run": 4])
        let elsewhere = try dealer(service)
        let known = try ask(elsewhere, String(named))
        #expect(known.data == ["run": 4], "a client that names itself is known again")
        #expect(service.counters[.answeredAgain] == 10)
        #expect(service.counters[.nonceReused] == 1)
        for socket in [socket, stranger, elsewhere] { socket.close() }
        await service.stop()
    }

    @Test func whoAsksAgainWhileItRunsGetsTheSameAnswer() async throws {
        let service = try service { $0.pendingAfter = nil }
        let (gate, opening) = AsyncStream.makeStream(of: Void.self)
        service.setDelegate { [runs] request in
            runs.add(request.nonce)
            for await _ in gate { break }
            return .success(["run": JSONValue(runs.all[request.nonce] ?? 0)])
        }
        let socket = try dealer(service)
        let body = Array(#"{"command": 120, "nonce": 9}"#.utf8)
        for _ in 0..<5 { try socket.send(Message(frames: [[], body])) }
        while service.counters[.answeredAgain] != 4 { await Task.yield() }
        opening.yield()
        for _ in 0..<5 {
            let frame = try #require(try socket.receive().frames.last)
            let reply = try ApiCommandReply(json: JSONReader.read(frame))
            #expect(reply.data == ["run": 1])
        }
        socket.close()
        await service.stop()
    }

    @Test func theResultOfAPendingCommandIsPublishedAgain() async throws {
        let service = try service()
        service.setDelegate { [runs, service] request in
            runs.add(request.nonce)
            return service.answerLater(to: request) { .success(["run": JSONValue(runs.all[request.nonce] ?? 0)]) }
        }
        let client = try service.connect()
        var results = client.messages(topics: [.commandResult]).makeAsyncIterator()
        let request = ApiCommandRequest(.setApplicationMode, nonce: 77)
        let first = try await client.perform(request)
        #expect(first.data == ["run": 1])
        let again = try await client.perform(request)
        #expect(again.data == ["run": 1])
        for _ in 0..<2 {
            guard case .commandResult(let response) = await results.next()?.content else { continue }
            #expect(response.nonce == 77 && response.data == ["run": 1])
        }
        client.close()
        await service.stop()
    }

    /// A storm of a hundred thousand resends; of fewer where each takes longer.
    @Test func nothingRunsTwiceInAStormOfResends() async throws {
        let service = try service { $0.load.commandsPerSecond = nil }
        let socket = try dealer(service)
        let commands = 100
        let resends = 1_000 / Sanitizer.slowdown
        for _ in 0..<resends {
            for nonce in 1...commands {
                let body = Array(#"{"command": 120, "client": "storm", "nonce": \#(nonce)}"#.utf8)
                try socket.send(Message(frames: [[], body]))
            }
            for _ in 0..<commands { _ = try socket.receive() }
        }
        #expect(runs.all.count == commands)
        #expect(runs.all.values.allSatisfy { $0 == 1 })
        #expect(service.counters[.answeredAgain] == commands * (resends - 1))
        socket.close()
        await service.stop()
    }

    @Test func aClientThatIsToldToTriesAgainAndTheCommandRunsOnce() async throws {
        let service = try service { $0.heartbeatInterval = .milliseconds(50) }
        let client = try service.connect(ClientOptions(timeout: .seconds(5), retries: 9))
        for await liveness in client.liveness() where liveness == .online { break }
        // Takes longer than the client's patience between two tries.
        service.setDelegate { [runs] request in
            runs.add(request.nonce)
            try await Task.sleep(for: .milliseconds(1300))
            return .success(["run": JSONValue(runs.all[request.nonce] ?? 0)])
        }
        let patient = try await client.perform(.setApplicationMode)
        #expect(patient.data == ["run": 1])
        #expect(runs.all.values.allSatisfy { $0 == 1 })
        client.close()
        await service.stop()
    }

    @Test func aClientDoesNotTryAgainWhereACommandCouldRunTwice() async throws {
        let service = try service {
            $0.deduplicate = nil
            $0.pendingAfter = nil
            $0.heartbeatInterval = .milliseconds(50)
        }
        service.setDelegate { [runs] request in
            runs.add(request.nonce)
            try await Task.sleep(for: .milliseconds(600))
            return .success()
        }
        let client = try service.connect(ClientOptions(timeout: .seconds(2), retries: 19))
        for await liveness in client.liveness() where liveness == .online { break }
        _ = try await client.request(.setApplicationMode)
        #expect(runs.all.values.allSatisfy { $0 == 1 })
        client.close()
        await service.stop()
    }
}
