import AcquisitionModel
import AcquisitionRPC
import Dispatch
import Logging
import Testing

@Suite(.timeLimit(.minutes(1)))
struct InProcessTransportTests {
    private let transport = InProcessTransport()
    private let service: TransportRpcService

    init() {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        service = TransportRpcService(
            options: RpcOptions(heartbeatInterval: .milliseconds(50)),
            transport: transport,
            logger: logger
        )
    }

    @Test func commandsEventsAndHeartbeatsPass() async throws {
        let client = try RpcClient(transport: transport.connect())
        service.setDelegate { .success(["command": JSONValue($0.command.rawValue)]) }
        try service.start()
        let messages = client.messages(topics: [.event, .heartbeat])
        #expect(try await client.request(.getAnimals).data == ["command": 500])
        try service.sendEvent(.tunnelEnter)
        var seen: Set<String> = []
        for await message in messages {
            switch message.content {
            case .event(let event): seen.insert("\(event.kind)")
            case .heartbeat(let heartbeat): seen.insert(heartbeat.implementation ?? "")
            default: Issue.record("unexpected \(message)")
            }
            if seen.count == 2 { break }
        }
        #expect(seen == ["tunnelEnter", "AcquisitionRPC"])
        await service.stop()
        client.close()
    }

    @Test func aRequestWaitsForTheServiceToStart() async throws {
        let client = try RpcClient(transport: transport.connect())
        service.setDelegate { _ in .success() }
        async let reply = client.request(.getStatus)
        try service.start()
        #expect(try await reply.result == .success)
        await service.stop()
    }

    @Test func requestsThatCrossTheStartAreAnswered() async throws {
        for _ in 0..<500 {
            let transport = InProcessTransport()
            let service = TransportRpcService(
                options: RpcOptions(),
                transport: transport,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            service.setDelegate { [weak service] _ in
                try service?.sendEvent(.tunnelEnter)
                return .success()
            }
            let client = try RpcClient(transport: transport.connect())
            async let reply = client.request(.getStatus)
            try service.start()
            #expect(try await reply.result == .success)
            await service.stop()
            client.close()
        }
    }

    @Test(arguments: [true, false])
    func runningEndsWhenItIsCancelledOrStopped(_ isCancelled: Bool) async throws {
        let running = Task { try await service.run() }
        let client = try RpcClient(transport: transport.connect())
        #expect(try await client.request(.none).result == .success)
        if isCancelled { running.cancel() } else { await service.stop() }
        try await running.value
        #expect { try service.sendEvent(.tunnelEnter) } throws: { ($0 as? RpcServiceError)?.code == .stopped }
    }

    @Test func theRequestsOfAClientBeginInOrder() async throws {
        let (numbers, inlet) = AsyncStream.makeStream(of: Int.self)
        service.setDelegate { request in
            inlet.yield(request.data["number"]?.int ?? -1)
            return .success()
        }
        try service.start()
        let client = transport.connect()
        try client.start { _ in }
        for number in 1...1000 {
            let request = ApiCommandRequest(.getStatus, nonce: JSONValue(number), data: ["number": JSONValue(number)])
            client.send(try request.encoded(), id: UInt64(number))
        }
        var seen: [Int] = []
        for await number in numbers {
            seen.append(number)
            if seen.count == 1000 { break }
        }
        #expect(seen == Array(1...1000))
        await service.stop()
    }

    /// Nobody waits for ever for one that blocks, nor does another client wait at all.
    @Test func aDelegateThatBlocksIsPassed() async throws {
        let client = try RpcClient(transport: transport.connect())
        let other = try RpcClient(transport: transport.connect())
        let isOver = DispatchSemaphore(value: 0)
        service.setDelegate { request in
            if request.command == .getAnimals { isOver.blockingWait() }
            return .success()
        }
        try service.start()
        async let blocked = client.perform(.getAnimals)
        while service.counters[.commands] == nil { _ = try await other.request(.none) }
        async let waiting = client.request(.getStatus)
        let start = ContinuousClock.now
        #expect(try await other.request(.getStatus).result == .success)
        #expect(.now - start < .seconds(1))
        #expect(try await waiting.result == .success)
        isOver.signal()
        #expect(try await blocked.result == .success)
        await service.stop()
        client.close()
        other.close()
    }

    @Test func aDelegateThatBlocksHoldsUpNoEmergencyStop() async throws {
        let client = try RpcClient(transport: transport.connect())
        let isOver = DispatchSemaphore(value: 0)
        service.setDelegate { request in
            if request.command == .getAnimals { isOver.blockingWait() }
            return .success()
        }
        try service.start()
        async let blocked = client.perform(.getAnimals)
        for _ in 0..<20 { #expect(try await client.request(.emergencyStop).result == .success) }
        isOver.signal()
        #expect(try await blocked.result == .success)
        await service.stop()
        client.close()
    }

    @Test func withoutServiceThereIsNoPeer() async throws {
        let client = try RpcClient(transport: transport.connect())
        await #expect {
            try await client.request(.getStatus, timeout: .milliseconds(50))
        } throws: {
            ($0 as? RpcClientError)?.code == .noPeer
        }
    }

    @Test func answerLaterPublishesOnceUnderTheNonce() async throws {
        let client = try RpcClient(transport: transport.connect())
        service.setDelegate { [service] request in
            service.answerLater(to: request) { throw CommandError("no pellets", code: 3) }
        }
        try service.start()
        let results = client.messages(topics: [.commandResult])
        let reply = try await client.perform(.setApplicationMode)
        #expect(reply.result == .exception)
        #expect(reply.errorCode == 3)
        #expect(reply.errorMessage == "no pellets")
        await service.stop()
        client.close()
        var count = 0
        for await _ in results { count += 1 }
        #expect(count == 1)
    }

    @Test func stoppingPublishesPendingCommandsAsFailed() async throws {
        let client = try RpcClient(transport: transport.connect())
        service.setDelegate { [service] request in
            switch request.command {
            case .getStatus: service.answerLater(to: request) { try await forEver() }
            case .getAnimals: ApiCommandRequestResponse(.pendingWithNotification)
            default: try await forEver()
            }
        }
        try service.start()
        let results = client.messages(topics: [.commandResult])
        let nonces: [JSONValue] = [1, 2, 3]
        for (command, nonce) in zip([ApiCommand.getStatus, .getAnimals, .getConfiguration], nonces) {
            let reply = try await client.request(ApiCommandRequest(command, nonce: nonce))
            #expect(reply.result == .pendingWithNotification)
        }
        await service.stop()
        client.close()
        var failed: Set<JSONValue> = []
        for await case .commandResult(let response) in results.map(\.content) {
            #expect(response.result == .failed)
            #expect(failed.insert(response.nonce).inserted, "once and only once")
        }
        #expect(failed == Set(nonces))
    }
}

extension DispatchSemaphore {
    /// Blocks the thread, as a delegate of somebody else's may.
    fileprivate func blockingWait() { wait() }
}

/// Never returns but by cancellation.
private func forEver() async throws -> ApiCommandRequestResponse {
    try await Task.sleep(for: .seconds(3600))
    return .success()
}
