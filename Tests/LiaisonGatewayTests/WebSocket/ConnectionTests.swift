import GatewayCore
import LiaisonGateway
import NIOCore
import Synchronization
import TestSupport
import Testing

/// Several requests, several clients, slow ones among them.
@Suite(.timeLimit(.minutes(1)))
struct ConnectionTests {
    /// A door that a test opens.
    final class Door: Sendable {
        private let state = AsyncStream.makeStream(of: Never.self)
        func open() { state.continuation.finish() }
        func wait() async { for await _ in state.stream {} }
    }

    /// A slow call holds up nobody else; of one client, requests are answered in their order.
    @Test func aSlowCallHoldsUpNobodyElse() async throws {
        let (companion, door) = (LiaisonCompanion(), Door())
        let order = Mutex<[String]>([])
        try companion.register("slow") {
            await door.wait()
            order.withLock { $0.append("slow") }
        }
        try companion.register("fast") { order.withLock { $0.append("fast") } }
        try await Bench.run(companion) { bench in
            try await bench.client { first in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    _ = try await first.request(LiaisonCommand(.ping))
                    group.addTask { _ = try await first.request(LiaisonCommand(.run, ["slow"])) }
                    group.addTask { _ = try await first.request(LiaisonCommand(.run, ["fast"])) }
                    try await bench.client { second in
                        try await second.expectPong()
                    }
                    door.open()
                    try await group.waitForAll()
                }
            }
        }
        #expect(Set(order.withLock { $0 }) == ["slow", "fast"])
    }

    /// Pipelined requests of one client: each begins when the one before has ended, unless that lets it pass.
    @Test func orderIsKeptAndCanBeGivenUp() async throws {
        let (companion, door) = (LiaisonCompanion(), Door())
        let order = Mutex<[String]>([])
        try companion.register("step", .init("name", as: String.self)) { name in
            for _ in 0..<100 { await Task.yield() }
            order.withLock { $0.append(name) }
        }
        try companion.register("long") {
            LiaisonCall.current?.letOthersPass()
            await door.wait()
        }
        func request(_ target: String, _ arguments: [JSONValue], id: Int) -> [UInt8] {
            let command = LiaisonCommand(.run, [.string(target)] + arguments)
            return RawWebSocket.text(LiaisonRequest(command, id: JSONValue(id)).event.pythonText)
        }
        let bytes = request("long", [], id: 0) + (1...20).flatMap { request("step", [.string("\($0)")], id: $0) }
        let ids = try await Bench.run(companion) { bench in
            try await RawWebSocket.connect(bench.address) { socket in
                _ = try await socket.shakeHands()
                try await socket.send(bytes)
                var ids: [Int] = []
                var received: [UInt8] = []
                while ids.count < 21, let more = await socket.inbound.next() {
                    received += Array(more.readableBytesView)
                    let text = String(decoding: received, as: UTF8.self)
                    ids = text.matches(of: /"id": (\d+)/).compactMap { Int($0.1) }
                    if ids.count == 20 { door.open() }
                }
                return ids
            }
        }
        #expect(ids == Array(1...20) + [0])
        #expect(order.withLock { $0 } == (1...20).map { "\($0)" })
    }

    /// What a client began goes on when it has gone.
    @Test func aCallOutlivesItsClient() async throws {
        let (companion, begun, door, ended) = (LiaisonCompanion(), Door(), Door(), Door())
        let wasCancelled = Mutex(true)
        try companion.register("valve") {
            begun.open()
            await door.wait()
            wasCancelled.withLock { $0 = Task.isCancelled }
            ended.open()
        }
        try await Bench.run(companion) { bench in
            try await RawWebSocket.connect(bench.address) { socket in
                _ = try await socket.shakeHands()
                let request = LiaisonRequest(LiaisonCommand(.run, ["valve"]), id: 1)
                try await socket.send(RawWebSocket.text(request.event.pythonText))
                await begun.wait()
            }
            while !bench.server.clients.isEmpty { await Task.yield() }
            door.open()
            await ended.wait()
        }
        #expect(wasCancelled.withLock { $0 } == false)
    }

    /// More than may be under way is not read: nothing is refused, nothing is lost.
    @Test func tooManyRequestsWait() async throws {
        let companion = LiaisonCompanion()
        let running = Mutex(0)
        let most = Mutex(0)
        try companion.register("long") {
            LiaisonCall.current?.letOthersPass()
            let now = running.withLock {
                $0 += 1; return $0
            }
            most.withLock { $0 = max($0, now) }
            for _ in 0..<100 { await Task.yield() }
            running.withLock { $0 -= 1 }
        }
        try await Bench.run(companion) {
            $0.limits.inFlightPerConnection = 3
        } body: { bench in
            try await bench.client { client in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<200 {
                        group.addTask {
                            _ = try await client.request(LiaisonCommand(.run, ["long"]), timeout: .seconds(30))
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }
        #expect(1...3 ~= most.withLock { $0 })
    }

    /// A client that never reads what is pushed to it is disconnected, and the others are not.
    @Test func aSlowReaderIsDisconnected() async throws {
        try await Bench.run {
            $0.limits.queuedPerConnection = 100
        } body: { bench in
            try await RawWebSocket.connect(bench.address) { socket in
                _ = try await socket.shakeHands()
                while bench.server.clients.isEmpty { await Task.yield() }
                let slow = try #require(bench.server.clients.first)
                try await bench.client { other in
                    try await other.expectPong()
                    let message = JSONValue.string(String(repeating: "x", count: 100_000))
                    // More than the buffers of the network hold.
                    var sent = 0
                    while slow.push(message), sent < 1000 { sent += 1 }
                    #expect(sent < 1000)
                    try await other.expectPong()
                }
            }
        }
    }

    /// A client that never reads its replies only holds up itself.
    @Test func aClientThatReadsNoRepliesIsNotServedOn() async throws {
        let companion = LiaisonCompanion()
        let count = Mutex(0)
        let large = String(repeating: "x", count: 500_000)
        try companion.register("large") {
            count.withLock { $0 += 1 }
            return large
        }
        try await Bench.run(companion) { bench in
            try await RawWebSocket.connect(bench.address) { socket in
                _ = try await socket.shakeHands()
                let request = LiaisonRequest(LiaisonCommand(.run, ["large"]), id: 1).event.pythonText
                try await socket.send((0..<1000).flatMap { _ in RawWebSocket.text(request) })
                while count.withLock({ $0 }) == 0 { await Task.yield() }
                try await bench.client { try await $0.expectPong() }
                #expect(count.withLock { $0 } < 1000)
            }
        }
    }

    @Test func aClientThatDoesNotAnswerIsLetGo() async throws {
        try await Bench.run {
            $0.pingInterval = .milliseconds(20)
            $0.pingPatience = .milliseconds(20)
        } body: { bench in
            let code = try await RawWebSocket.connect(bench.address) { socket in
                _ = try await socket.shakeHands()
                return await socket.closeCode()
            }
            #expect(code == 1011)
        }
    }
}
