import AcquisitionModel
import Synchronization
import Testing

@testable import AcquisitionRPC

/// What a client does from many threads at once.
@Suite(.timeLimit(.minutes(1)))
struct RpcClientLockTests {
    /// Publishes as fast as it can, on a thread of its own, until it is told to stop.
    private final class Publisher: ClientTransport {
        private let isStopped = Atomic(false)
        private let count = Atomic(0)
        private let body: @Sendable (Receiver) -> Void

        init(_ body: @escaping @Sendable (Receiver) -> Void) {
            self.body = body
        }

        /// How often it has published.
        var turns: Int { count.load(ordering: .relaxed) }

        func start(_ receiver: @escaping Receiver) {
            Worker.start("publisher") { [self] in
                while !isStopped.load(ordering: .relaxed) {
                    body(receiver)
                    count.add(1, ordering: .relaxed)
                }
            }
        }

        func send(_ request: [UInt8], id: UInt64) {}
        func forget(id: UInt64) {}
        func subscribe(_ prefix: [UInt8]) {}
        func unsubscribe(_ prefix: [UInt8]) {}
        func reconnectSubscriber() {}
        func reconnectCommands() {}
        func close() { isStopped.store(true, ordering: .relaxed) }
    }

    /// Whether the publisher still publishes: it does not where it is caught in a lock.
    private func goesOn(_ publisher: Publisher) async -> Bool {
        let before = publisher.turns
        for _ in 0..<100 {
            if publisher.turns > before + 1 { return true }
            try? await Task.sleep(for: .milliseconds(50))
        }
        return false
    }

    /// A reader that is cancelled takes its stream away; the runtime holds the task until it has, and whoever wakes the
    /// task up waits for that. So nobody may be woken up with the client's lock held.
    @Test func aReaderMayBeCancelledAtAnyMoment() async throws {
        let topic = ApiTopic(rawValue: 77)
        let publisher = Publisher { $0(.published([topic.frame, Array("{}".utf8)])) }
        let client = try RpcClient(transport: publisher)
        for _ in 0..<3000 {
            let messages = client.messages(topics: [topic], capacity: 1)
            let reader = Task { for await _ in messages {} }
            await Task.yield()
            reader.cancel()
        }
        try #require(await goesOn(publisher))
        client.close()
    }

    @Test func aWatcherOfLivenessMayBeCancelledAtAnyMoment() async throws {
        let heartbeat = Array(#"{"identifier":"a","version":"0.12.0","timestamp":1}"#.utf8)
        let publisher = Publisher { receive in
            receive(.published([ApiTopic.heartbeat.frame, heartbeat]))
            receive(.eventsConnected(false))
        }
        let client = try RpcClient(transport: publisher)
        for _ in 0..<3000 {
            let states = client.liveness()
            let reader = Task { for await _ in states {} }
            await Task.yield()
            reader.cancel()
        }
        try #require(await goesOn(publisher))
        client.close()
    }
}
