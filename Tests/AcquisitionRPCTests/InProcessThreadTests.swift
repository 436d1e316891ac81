import AcquisitionModel
import Dispatch
import Logging
import Synchronization
import TestSupport
import Testing

@testable import AcquisitionRPC

/// Delegates of clients within the process that block: what they cost the others, and the program.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct InProcessThreadTests {
    private let transport: InProcessTransport
    private let service: TransportRpcService
    private let factory = ThreadFactory()

    init() {
        let factory = factory
        transport = InProcessTransport {
            DelegateThreads("test", limits: InProcessTransport.limits, factory: factory.make)
        }
        service = TransportRpcService(
            options: RpcOptions(pendingAfter: nil),
            transport: transport,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// Blocks at the gate for getAnimals.
    private func start(_ gate: Gate) throws {
        service.setDelegate { request in
            if request.command == .getAnimals { gate.waitBlocking() }
            return .success()
        }
        try service.start()
    }

    private func clients(_ count: Int) throws -> [RpcClient] {
        try (0..<count).map { _ in try RpcClient(transport: transport.connect()) }
    }

    /// Gives as many commands that block as there may be, and waits until they do.
    private func block(_ clients: [RpcClient], until count: Int) async -> [Task<Void, any Error>] {
        let tasks = clients.map { client in
            Task { _ = try await client.request(.getAnimals, timeout: .seconds(60)) }
        }
        let isThere = await onAThread { becomesTrue { service.counters[.commands] == count } }
        #expect(isThere, "\(service.counters)")
        return tasks
    }

    @Test func theProgramKeepsItsThreadsAndStopsAreCarriedOut() async throws {
        let gate = Gate()
        try start(gate)
        let clients = try clients(80)
        let tasks = await block(clients, until: 63)
        let other = try RpcClient(transport: transport.connect())
        for client in [other, clients[0], clients[79]] {
            let start = ContinuousClock.now
            #expect(try await client.request(.emergencyStop).result == .success)
            #expect(.now - start < .milliseconds(500))
        }
        // The rest is told that there is no thread for it, after a second in which no delegate got on.
        let refused = try await other.request(.getStatus)
        #expect(refused.result == .unavailable && refused.errorMessage?.contains("(rule: blocked)") == true)
        #expect(try await other.request(.none).result == .success)
        #expect(factory.made <= 72)
        let start = ContinuousClock.now
        let delay = await withCheckedContinuation { continuation in
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(10)) {
                continuation.resume(returning: ContinuousClock.now - start)
            }
        }
        #expect(delay < .milliseconds(500), "a timer of the program's")
        gate.open()
        for task in tasks { _ = await task.result }
        #expect(try await other.request(.getStatus).result == .success)
        await service.stop()
        for client in clients + [other] { client.close() }
        #expect(await onAThread { becomesTrue { factory.running == 0 } })
    }

    @Test func theProgramMayBlockItsOwnThreads() async throws {
        let pool = Gate()
        let blocked = EventCount()
        let queue = DispatchQueue(label: "program", attributes: .concurrent)
        for _ in 0..<200 {
            queue.async {
                blocked.add()
                pool.waitBlocking()
            }
        }
        // As many as the pool gives: one more does not begin any more.
        var count = 0
        while count == 0 || count < blocked.value {
            count = blocked.value
            blockingSleep(0.1)
        }
        #expect(count < 200)
        try service.start()
        let received = Alarm()
        let client = transport.connect()
        try client.start { event in
            if case .reply = event { received.ring() }
        }
        // On this thread: the pool for asynchronous code stands on Dispatch.
        let bytes = try ApiCommandRequest(.none, nonce: 1).encoded()
        client.send(bytes, id: 1)
        #expect(received.wait(atMost: .seconds(10)))
        pool.open()
        client.close()
        await service.stop()
    }

    /// The system has no thread to give while a delegate blocks: stops go through, and when it has some again, all
    /// does.
    @Test func aShortageOfThreadsIsSurvived() async throws {
        let gate = Gate()
        try start(gate)
        // More than there are threads by now.
        let clients = try clients(20)
        #expect(try await clients[0].request(.getStatus).result == .success)
        factory.refuses = true
        let refusals = EventCount()
        let tasks = clients.map { client in
            Task {
                let result = try await client.request(.getAnimals, timeout: .seconds(60)).result
                if result == .unavailable { refusals.add() }
            }
        }
        #expect(await becomes { refusals.value > 0 })
        for client in clients { #expect(try await client.request(.emergencyStop).result == .success) }
        let refused = try await clients[1].request(.getStatus)
        #expect(refused.result == .unavailable)
        factory.refuses = false
        var reply = refused
        while reply.result == .unavailable { reply = try await clients[1].request(.getStatus) }
        #expect(reply.result == .success)
        gate.open()
        for task in tasks { try await task.value }
        await service.stop()
        for client in clients { client.close() }
    }

    @Test func theBacklogOfAClientIsBounded() async throws {
        let gate = Gate()
        try start(gate)
        let counts = Mutex<[ApiCommandRequestResult: Int]>([:])
        let client = transport.connect()
        try client.start { event in
            guard case .reply(let bytes, _) = event, let json = try? JSONReader.read(bytes),
                let reply = try? ApiCommandReply(json: json)
            else { return }
            counts.withLock { $0[reply.result, default: 0] += 1 }
        }
        let limit = WaitingLimits().perClient
        client.send(try ApiCommandRequest(.getAnimals, nonce: 0).encoded(), id: 0)
        for id in 1...limit + 100 {
            client.send(try ApiCommandRequest(.getStatus, nonce: JSONValue(id)).encoded(), id: UInt64(id))
        }
        #expect(await onAThread { becomesTrue { counts.withLock { $0[.unavailable] ?? 0 } >= 99 } })
        gate.open()
        #expect(await onAThread { becomesTrue { counts.withLock { $0.values.reduce(0, +) } == limit + 101 } })
        #expect((counts.withLock { $0[.unavailable] } ?? 0) <= 101)
        client.close()
        await service.stop()
    }

    @Test func delegatesThatBlockBeginAtOnce() async throws {
        service.setDelegate { _ in
            blockingSleep(0.02)
            return .success()
        }
        try service.start()
        let clients = try clients(63)
        var ratio = Double.infinity
        for _ in 0..<3 where ratio >= 2 {
            let duration = try await ContinuousClock().measure {
                try await withThrowingTaskGroup { group in
                    for client in clients {
                        group.addTask {
                            for _ in 0..<10 { _ = try await client.request(.getStatus, timeout: .seconds(30)) }
                        }
                    }
                    try await group.waitForAll()
                }
            }
            ratio = min(ratio, duration / (await onAThread { timeOfSleeps(0.02, threads: 63, each: 10) }))
        }
        #expect(ratio < (Sanitizer.current == nil ? 2 : 10), "against threads that do nothing but sleep")
        await service.stop()
        for client in clients { client.close() }
    }
}

private final class EventCount: Sendable {
    private let count = Atomic(0)

    var value: Int { count.load(ordering: .relaxed) }

    func add() { count.add(1, ordering: .relaxed) }
}
