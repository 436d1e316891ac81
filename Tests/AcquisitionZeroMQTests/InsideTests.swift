import AcquisitionRPC
import AcquisitionZeroMQ
import Logging
import Synchronization
import Testing

/// Clients within the process beside those that come over ZeroMQ.
@Suite(.timeLimit(.minutes(1)))
struct InsideTests {
    private let inside = InProcessTransport()
    private let service: any RpcService

    init() throws {
        let options = RpcOptions(heartbeatInterval: .milliseconds(50), subscriberPort: 0, commandPort: 0)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        service = try #require(createApiService(ApiOptions(rpc: options), inside: inside, logger: logger))
    }

    private func outsideClient() throws -> RpcClient {
        let endpoints = try #require(service.endpoints)
        return try createApiClient(command: endpoints.command[0], subscriber: endpoints.subscriber[0])
    }

    @Test func bothGiveCommandsAndHearWhatIsPublished() async throws {
        let within = try RpcClient(transport: inside.connect(as: CommandSender(user: "gateway", role: .operator)))
        defer { within.close() }
        service.setDelegate { _ in .success(["user": .string(CommandSender.current?.user ?? "-")]) }
        try service.start()
        let outside = try outsideClient()
        defer { outside.close() }
        let heard = [within, outside].map { $0.messages(topics: [.event]) }
        #expect(try await within.request(.getStatus).data == ["user": "gateway"])
        #expect(try await outside.request(.getStatus).data == ["user": "-"])
        // A subscription over ZeroMQ takes effect by and by.
        while await !outside.hears(heartbeatOf: service) {}
        try service.sendEvent(.tunnelEnter)
        for stream in heard {
            for await message in stream {
                guard case .event(let event) = message.content else { continue }
                #expect(event.kind == .tunnelEnter)
                break
            }
        }
        await service.stop()
    }

    @Test func aPendingCommandIsAnsweredToWhomItBelongs() async throws {
        service.setDelegate { [service] request in
            service.answerLater(to: request) { .success(request.data) }
        }
        try service.start()
        let within = try RpcClient(transport: inside.connect())
        let outside = try outsideClient()
        async let first = within.perform(.getAnimals, data: ["who": "inside"])
        async let second = outside.perform(.getAnimals, data: ["who": "outside"])
        #expect(try await first.data == ["who": "inside"])
        #expect(try await second.data == ["who": "outside"])
        within.close()
        outside.close()
        await service.stop()
    }

    @Test func anObserverWithinMayNotGiveCommands() async throws {
        service.setDelegate { _ in .success() }
        try service.start()
        let observer = try RpcClient(transport: inside.connect(as: CommandSender(user: "eyes", role: .observer)))
        #expect(try await observer.request(.getStatus).result == .success)
        #expect(try await observer.request(.setApplicationMode).isNotAllowed)
        observer.close()
        await service.stop()
    }

    @Test func aPortThatIsTakenLeavesTheInsideFree() throws {
        try service.start()
        let port = try #require(service.endpoints?.command.first?.split(separator: ":").last.flatMap { UInt16($0) })
        let other = InProcessTransport()
        let options = RpcOptions(subscriberPort: 0, commandPort: port)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let second = try #require(createApiService(ApiOptions(rpc: options), inside: other, logger: logger))
        #expect(throws: RpcServiceError.self) { try second.start() }
        // The same inside serves another service then.
        let third = TransportRpcService(options: RpcOptions(), transport: other, logger: logger)
        try third.start()
        third.stop()
        service.stop()
    }

    @Test func aClientThatDoesNotReadHoldsNobodyUp() async throws {
        try service.start()
        let transport = inside.connect()
        let isStuck = Mutex(())
        // Holds the client's reading up for as long as the lock is held.
        let count = Atomic(0)
        try isStuck.withLock { _ in
            try transport.start { event in
                guard case .published = event else { return }
                isStuck.withLock { _ in }
                count.add(1, ordering: .relaxed)
            }
            transport.subscribe(ApiTopic.event.frame)
            for _ in 0..<20_000 { try service.sendEvent(.tunnelEnter) }
        }
        await service.stop()
        let read = count.load(ordering: .relaxed)
        // One is in the reader's hand.
        #expect(read > 0 && read <= 10_001)
        transport.close()
    }
}

extension RpcClient {
    fileprivate func hears(heartbeatOf service: any RpcService) async -> Bool {
        for await message in messages(topics: [.heartbeat]) { return message.topic == .heartbeat }
        return false
    }
}
