import AcquisitionModel
import Dispatch
import Logging
import Synchronization
import TestSupport
import Testing

@testable import AcquisitionRPC

/// A command that has waited within the service for longer than its client does.
@Suite(.timeLimit(.minutes(1)))
struct WaitingDeadlineTests {
    private let transport = InProcessTransport()
    private let runs = Runs()
    private let gate = DispatchSemaphore(value: 0)

    private final class Runs: Sendable {
        private let nonces = Mutex<[JSONValue]>([])
        func add(_ nonce: JSONValue) { nonces.withLock { $0.append(nonce) } }
        var all: [JSONValue] { nonces.withLock { $0 } }
    }

    @Test func aCommandThatHasWaitedForItsTurnUntilItsDeadlineIsNotBegun() async throws {
        let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let service = TransportRpcService(options: RpcOptions(), transport: transport, logger: silent)
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        service.setDelegate { [gate, runs] request in
            runs.add(request.nonce)
            guard request.nonce == 1 else { return .success() }
            begin.yield()
            gate.waitBlocking()
            return .success()
        }
        try service.start()
        let client = transport.connect()
        let (replies, inlet) = AsyncStream.makeStream(of: ApiCommandReply.self)
        try client.start { event in
            guard case .reply(let bytes, _) = event, let json = try? JSONReader.read(bytes) else { return }
            if let reply = try? ApiCommandReply(json: json) { inlet.yield(reply) }
        }
        var received = replies.makeAsyncIterator()
        func send(_ command: ApiCommand, _ nonce: Int, _ deadline: RequestDeadline?) throws {
            var request = ApiCommandRequest(command, nonce: JSONValue(nonce))
            request.client = "me"
            request.deadline = deadline
            client.send(try request.encoded(), id: UInt64(nonce))
        }
        try send(.none, 9, nil)
        let first = try #require(await received.next())
        let (epoch, uptime) = (try #require(first.epoch), try #require(first.uptime))
        try send(.setApplicationMode, 1, nil)
        for await _ in begun { break }
        // One behind the other: they wait for the one that blocks.
        try send(.setApplicationMode, 2, RequestDeadline(epoch: epoch, uptime: uptime + 100))
        try send(.setApplicationMode, 3, RequestDeadline(epoch: epoch, uptime: uptime + 100_000))
        try await Task.sleep(for: .milliseconds(150))
        gate.signal()
        var replied: [Int: ApiCommandReply] = [:]
        while replied.count < 3, let reply = await received.next() { replied[reply.nonce.int ?? 0] = reply }
        #expect(replied[2]?.isTooLate == true && replied[3]?.result == .success)
        #expect(runs.all == [1, 3])
        client.close()
        await service.stop()
    }
}

extension DispatchSemaphore {
    /// Blocks the thread on purpose.
    fileprivate func waitBlocking() { wait() }
}
