import AcquisitionModel
import Dispatch
import Logging
import Synchronization
import Testing

@testable import AcquisitionRPC

/// Every command has one reply, and one that is pending has one result.
@Suite(.timeLimit(.minutes(1)))
struct OnceOnlyTests {
    private let transport = InProcessTransport()
    private let service: TransportRpcService
    private let client: RpcClient

    init() throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        var options = RpcOptions()
        options.pendingAfter = .milliseconds(20)
        service = TransportRpcService(options: options, transport: transport, logger: logger)
        client = try RpcClient(transport: transport.connect())
    }

    /// What was published as results by the time the service has stopped.
    private func published(_ body: () async throws -> Void) async throws -> [ApiCommandRequestResult] {
        let stream = client.messages(topics: [.commandResult])
        try await body()
        await service.stop()
        client.close()
        var results: [ApiCommandRequestResult] = []
        for await case .commandResult(let response) in stream.map(\.content) { results.append(response.result) }
        return results
    }

    @Test func workThatIsLeftAfterTheTimeIsPublishedOnce() async throws {
        service.setDelegate { [service] request in
            try await Task.sleep(for: .milliseconds(100))
            return service.answerLater(to: request) { .success() }
        }
        try service.start()
        let results = try await published {
            let reply = try await client.perform(.setApplicationMode)
            #expect(reply.result == .success)
        }
        #expect(results == [.success])
    }

    @Test func aPromiseMadeAfterTheTimeIsKeptByTheApplication() async throws {
        let (returning, returns) = AsyncStream.makeStream(of: Void.self)
        service.setDelegate { _ in
            try await Task.sleep(for: .milliseconds(100))
            defer { returns.finish() }
            return ApiCommandRequestResponse(.pendingWithNotification)
        }
        try service.start()
        let results = try await published {
            async let reply = client.perform(ApiCommandRequest(.setApplicationMode, nonce: 5))
            // The application knows of no command before its delegate has been asked.
            for await _ in returning {}
            try service.sendCommandResult(
                ApiCommandRequestResponse(.success, command: .setApplicationMode, nonce: 5)
            )
            #expect(try await reply.result == .success)
        }
        #expect(results == [.success])
    }

    @Test func aResultThatOvertakesItsPromiseKeepsIt() async throws {
        service.setDelegate { [service] request in
            try service.sendCommandResult(
                ApiCommandRequestResponse(.success, command: request.command, nonce: request.nonce)
            )
            return ApiCommandRequestResponse(.pendingWithNotification)
        }
        try service.start()
        let results = try await published {
            let reply = try await client.perform(.setApplicationMode)
            #expect(reply.result == .success)
        }
        #expect(results == [.success], "nothing is left to fail when the service stops")
    }

    @Test func workLeftFromAnotherThreadIsPublishedOnce() async throws {
        service.setDelegate { [service] request in
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    continuation.resume(returning: service.answerLater(to: request) { .success() })
                }
            }
        }
        try service.start()
        let results = try await published {
            let reply = try await client.perform(.setApplicationMode)
            #expect(reply.result == .success)
        }
        #expect(results == [.success])
    }

    @Test func workLeftByADelegateThatGoesOnFailsOnce() async throws {
        service.setDelegate { [service] request in
            let answer = service.answerLater(to: request) {
                try await Task.sleep(for: .seconds(3600))
                return .success()
            }
            try await Task.sleep(for: .seconds(3600))
            return answer
        }
        try service.start()
        let results = try await published {
            let reply = try await client.request(.setApplicationMode)
            #expect(reply.result == .pendingWithNotification)
        }
        #expect(results == [.failed])
    }

    @Test func aDelegateThatBlocksWhileTheServiceStopsIsCancelled() async throws {
        let (entered, enter) = AsyncStream.makeStream(of: Void.self)
        let (cancelled, cancel) = AsyncStream.makeStream(of: Bool.self)
        let gate = DispatchSemaphore(value: 0)
        service.setDelegate { _ in
            enter.yield()
            gate.waitBlocking()
            do {
                try await Task.sleep(for: .seconds(3600))
            } catch {
                cancel.yield(Task.isCancelled)
            }
            return .success()
        }
        try service.start()
        async let reply = client.request(.getStatus)
        for await _ in entered.prefix(1) {}
        await service.stop()
        gate.signal()
        _ = try await reply
        for await isCancelled in cancelled.prefix(1) { #expect(isCancelled) }
    }

    @Test func aCommandCostsTheSameHoweverManyCameBefore() async throws {
        service.setDelegate { _ in .success() }
        try service.start()
        let early = try await timeOfCommands(500)
        _ = try await timeOfCommands(10_000)
        let late = try await timeOfCommands(500)
        #expect(late < early * 4)
        await service.stop()
    }

    private func timeOfCommands(_ count: Int) async throws -> Duration {
        try await ContinuousClock().measure {
            for _ in 0..<count { _ = try await client.request(.getStatus) }
        }
    }

    @Test func aSecondStopWaitsForTheFirst() async throws {
        try service.start()
        await withTaskGroup { group in
            for _ in 0..<4 {
                group.addTask { [service] in
                    await service.stop()
                    #expect(throws: RpcServiceError.self) { try service.sendEvent(.tunnelEnter) }
                }
            }
        }
    }

    @Test func aPayloadMayCallTheService() async throws {
        try service.start()
        let messages = client.messages(topics: [.event])
        try service.sendEvent(ApiEventType<Curious>(ApiEventKind(rawValue: 90_001)), Curious(service: service))
        for await message in messages.prefix(1) {
            guard case .event(let event) = message.content else { return #expect(Bool(false)) }
            #expect(event.context == ["isRunning": true])
        }
        await service.stop()
    }

    /// A payload that asks the service while it is written.
    private struct Curious: WireCodable, Sendable {
        var service: (any RpcService)?
        init(service: any RpcService) { self.service = service }
        init(json: JSONValue) { service = nil }
        func encode(to writer: inout JSONWriter) {
            let isRunning = service?.endpoints != nil
            writer.object { $0.field("isRunning", isRunning) }
        }
    }
}

extension DispatchSemaphore {
    /// Blocks the thread on purpose.
    fileprivate func waitBlocking() { wait() }
}
