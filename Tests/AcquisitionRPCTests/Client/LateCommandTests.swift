import AcquisitionModel
import Synchronization
import Testing

@testable import AcquisitionRPC

/// What a client says of the time of its commands, and of those that find no answer.
@Suite(.timeLimit(.minutes(1)))
struct LateCommandTests {
    private let transport = ScriptedTransport()
    private let sent = Sent()

    private final class Sent: Sendable {
        private let list = Mutex<[(request: ApiCommandRequest, number: UInt64)]>([])
        func add(_ request: ApiCommandRequest, _ number: UInt64) { list.withLock { $0.append((request, number)) } }
        var all: [(request: ApiCommandRequest, number: UInt64)] { list.withLock { $0 } }
        var deadlines: [RequestDeadline?] { all.map(\.request.deadline) }
    }

    private func client(_ options: ClientOptions = ClientOptions(timeout: .milliseconds(100))) throws -> RpcClient {
        let client = try RpcClient(transport: transport, options: options)
        transport.onSend = { [sent] _, request, number in sent.add(request, number) }
        transport.tell(.commandsConnected(true))
        return client
    }

    /// A service that keeps deadlines, whose time is `uptime`.
    private func serve(epoch: Int = 1, uptime: Int = 1_000, times: Int = 1) {
        transport.onSend = { [sent] transport, request, number in
            sent.add(request, number)
            let isLate = request.deadline.map { $0.epoch != epoch || $0.uptime <= uptime } ?? false
            for _ in 0..<times {
                transport.reply(to: request, id: number, isLate ? .unavailable : .success, epoch: epoch) { reply in
                    reply.uptime = uptime
                    if isLate { (reply.errorKind, reply.errorCode) = (.systemError, 408) }
                }
            }
        }
    }

    private func error(_ client: RpcClient, _ command: ApiCommand = .setApplicationMode) async throws -> RpcClientError
    {
        try #require(await #expect(throws: RpcClientError.self) { try await client.request(command) })
    }

    // MARK: - Asking for the time

    @Test func theFirstCommandAsksForTheTimeAndIsSentAnew() async throws {
        let client = try client(ClientOptions(timeout: .seconds(10)))
        // Each answer comes twice, as over a network that repeats.
        serve(times: 2)
        #expect(try await client.request(.setApplicationMode).result == .success)
        #expect(sent.deadlines.count == 2 && sent.deadlines[0] == .question)
        let deadline = try #require(sent.deadlines[1])
        #expect(deadline.epoch == 1 && (10_900...11_000).contains(deadline.uptime), "\(deadline)")
        #expect(sent.all[0].number != sent.all[1].number, "the answers are told apart")
        #expect(sent.all[0].request.nonce == sent.all[1].request.nonce)
        #expect(try await client.request(.startAcquisition).result == .success)
        #expect(sent.all.count == 3, "from then on the time is known")
        client.close()
    }

    /// What is given while a command asks would overtake it, or show what was before it.
    @Test func whatFollowsACommandThatAsksForTheTimeAsksToo() async throws {
        let client = try client(ClientOptions(timeout: .seconds(10)))
        var tasks: [Task<ApiCommandReply, any Error>] = []
        for command: ApiCommand in [.setApplicationMode, .getStatus, .setTrainingMode, .emergencyStop] {
            tasks.append(Task { try await client.request(command) })
            while sent.all.count < tasks.count { await Task.yield() }
        }
        #expect(sent.deadlines == [.question, .question, .question, nil])
        let asked = sent.all
        serve()
        for (request, number) in asked {
            let isLate = request.deadline != nil
            transport.reply(to: request, id: number, isLate ? .unavailable : .success, epoch: 1) { reply in
                reply.uptime = 1_000
                if isLate { (reply.errorKind, reply.errorCode) = (.systemError, 408) }
            }
        }
        for task in tasks { #expect(try await task.value.result == .success) }
        #expect(sent.all.dropFirst(4).map(\.request.command) == [.setApplicationMode, .getStatus, .setTrainingMode])
        #expect(try await client.request(.getStatus).result == .success)
        #expect(sent.deadlines.last == .some(nil), "nothing is under way any more")
        client.close()
    }

    @Test func queriesAndEmergencyStopsAskForNothing() async throws {
        let client = try client()
        serve()
        for command: ApiCommand in [.emergencyStop, .getStatus, .getConfiguration, .none] {
            #expect(try await client.request(command).result == .success)
        }
        #expect(sent.deadlines.allSatisfy { $0 == nil })
        // But they learn.
        #expect(try await client.request(.emergencyResume).result == .success)
        #expect(sent.all.count == 5)
        client.close()
    }

    @Test func aServiceThatSaysNoTimeGetsNoDeadline() async throws {
        let client = try client()
        transport.beat(epoch: 1)
        _ = try await error(client)
        transport.beat(epoch: nil) { $0.implementation = nil }
        _ = try await error(client)
        #expect(sent.deadlines == [nil, nil])
        client.close()
    }

    @Test func aRestartIsAskedAnew() async throws {
        let client = try client(ClientOptions(timeout: .seconds(10)))
        transport.beat(epoch: 1) { $0.uptime = 50_000_000 }
        serve(epoch: 2, uptime: 10)
        #expect(try await client.request(.setApplicationMode).result == .success)
        #expect(sent.deadlines.map { $0?.epoch } == [1, 2])
        client.close()
    }

    @Test func aServiceThatIsNeverInTimeIsNotAskedForEver() async throws {
        let client = try client(ClientOptions(timeout: .seconds(10)))
        let uptime = Atomic(1_000)
        transport.onSend = { [sent] transport, request, number in
            sent.add(request, number)
            transport.reply(to: request, id: number, .unavailable, epoch: 1) { reply in
                reply.uptime = uptime.add(1, ordering: .relaxed).newValue
                (reply.errorKind, reply.errorCode) = (.systemError, 408)
            }
        }
        let error = try await error(client)
        #expect(error.code == .tooLate && error.fate == .notRun && sent.all.count < 20)
        client.close()
    }

    // MARK: - What is certain

    @Test func theErrorSaysWhatIsCertain() async throws {
        let client = try client()
        let unknown = try await error(client)
        #expect(unknown.code == .noAnswer && unknown.fate == .mayStillRun)
        #expect(unknown.message.contains("may have run, or may still run"), "\(unknown)")
        transport.beat(epoch: 1) { $0.uptime = 1_000 }
        let known = try await error(client)
        #expect(known.code == .noAnswer && known.fate == .mayHaveRun)
        #expect(known.message.contains("will not begin any more"), "\(known)")
        transport.tell(.commandsConnected(false))
        let unsent = try await error(client)
        #expect(unsent.code == .noPeer && unsent.fate == .notRun)
        client.close()
        let closed = try await error(client)
        #expect(closed.code == .closed && closed.fate == .notRun)
    }

    @Test func whatOnlyAskedForTheTimeHasNotRun() async throws {
        let client = try client(ClientOptions(timeout: .milliseconds(200)))
        async let request = error(client)
        while sent.all.isEmpty { await Task.yield() }
        // It is a service that keeps deadlines.
        transport.beat(epoch: 1) { $0.uptime = 1_000 }
        let error = try await request
        #expect(error.code == .noAnswer && error.fate == .notRun, "\(error)")
        #expect(error.message.contains("was not run, and will not be"))
        client.close()
    }

    @Test func whatIsUnderWayWhenTheClientClosesMayStillRun() async throws {
        let client = try client(ClientOptions(timeout: .seconds(30)))
        transport.beat(epoch: 1) { $0.uptime = 1_000 }
        async let request = error(client)
        while sent.all.isEmpty { await Task.yield() }
        client.close()
        let error = try await request
        #expect(error.code == .closed && error.fate == .mayStillRun)
    }

    // MARK: - The connection

    @Test func aRequestWithoutAnAnswerGivesItsConnectionUp() async throws {
        let client = try client()
        let harms: [(ApiCommand, String)] = [
            (.setApplicationMode, "harmful"), (.getStatus, "harmless"), (.emergencyStop, "harmless"),
        ]
        for (command, harm) in harms {
            _ = try await error(client, command)
            let number = try #require(sent.all.last?.number)
            #expect(transport.log.last == "give up \(number), \(harm)")
        }
        transport.beat(epoch: 1) { $0.uptime = 1_000 }
        _ = try await error(client)
        #expect(transport.log.last?.hasSuffix("harmless") == true, "the service does not run it any more")
        // What has not gone out is on no connection.
        transport.tell(.commandsConnected(false))
        _ = try await error(client)
        #expect(transport.log.last?.hasPrefix("forget") == true)
        client.close()
    }

    @Test func anEmergencyStopIsGivenAgainOnEveryNewConnection() async throws {
        let client = try client(ClientOptions(timeout: .seconds(20)))
        transport.onSend = { [sent] transport, request, number in
            sent.add(request, number)
            if sent.all.count == 3 { transport.reply(to: request, id: number, .success) }
        }
        async let reply = client.request(.emergencyStop)
        while sent.all.isEmpty { await Task.yield() }
        for _ in 0..<2 {
            transport.tell(.commandsConnected(false))
            transport.tell(.commandsConnected(true))
        }
        #expect(try await reply.result == .success)
        #expect(Set(sent.all.map(\.number)).count == 1 && sent.all.count == 3)
        client.close()
    }

    @Test func anEmergencyStopThatIsNotAnsweredSoonGetsAnotherConnection() async throws {
        let client = try client(ClientOptions(timeout: .seconds(20)))
        let task = Task { try await client.request(.emergencyStop) }
        while !transport.log.contains("reconnect commands") { await Task.yield() }
        client.close()
        _ = await task.result
    }

    // MARK: - Nonces

    @Test func commandsUnderWayHaveNoncesOfTheirOwn() async throws {
        let client = try client(ClientOptions(timeout: .seconds(30)))
        let tasks = (0..<500).map { _ in Task { try await client.request(.setApplicationMode) } }
        while sent.all.count < 500 { await Task.yield() }
        let nonces = sent.all.compactMap(\.request.nonce.int)
        #expect(Set(nonces).count == 500 && nonces.allSatisfy { (1...Int(Int32.max)).contains($0) })
        client.close()
        for task in tasks { _ = await task.result }
    }

    /// A service does not know again what has no nonce of its own.
    @Test(arguments: [0, -1, -0.5, nil, "", true] as [JSONValue])
    func whatCouldNotBeToldApartIsGivenOnce(_ nonce: JSONValue) async throws {
        let client = try client(ClientOptions(timeout: .milliseconds(200), retries: 9))
        transport.onSend = { [sent] transport, request, number in
            sent.add(request, number)
            if request.command == .none { transport.reply(to: request, id: number, .success, epoch: 1) }
        }
        transport.beat(epoch: 1, window: 600) { $0.uptime = 1_000 }
        await #expect(throws: RpcClientError.self) {
            try await client.request(ApiCommandRequest(.setApplicationMode, nonce: nonce))
        }
        #expect(sent.all.count { $0.request.command == .setApplicationMode } == 1)
        await #expect(throws: RpcClientError.self) { try await client.request(.setApplicationMode) }
        #expect(sent.all.count { $0.request.command == .setApplicationMode } > 2)
        client.close()
    }

    @Test func noncesOfOthersMayBeLarger() async throws {
        let client = try client()
        serve()
        for nonce: JSONValue in [.integer(.max), "a text", [1, 2]] {
            #expect(try await client.request(ApiCommandRequest(.getStatus, nonce: nonce)).nonce == nonce)
        }
        client.close()
    }
}
