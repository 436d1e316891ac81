import AcquisitionModel
import AcquisitionRPC
import Testing
import ZeroMQ

/// Many at once.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct LoadTests {
    /// Sends `count` requests in a row and reads as many replies; their nonces.
    private func burst(_ client: RawPeer, _ nonces: Range<Int>) async throws -> [Int] {
        try await onThread {
            let socket = client.socket
            try socket.set(.receiveTimeout, to: RawPeer.patience)
            for nonce in nonces {
                try socket.send(Message(frames: [[], Array(#"{"command":400,"nonce":\#(nonce)}"#.utf8)]))
            }
            return try nonces.map { _ in
                let reply = try socket.receive().frames
                return try JSONReader.read(try #require(reply.last)).number("nonce")
            }
        }
    }

    @Test func everyClientGetsItsOwnReplies() async throws {
        let bench = try Bench()
        bench.service.setDelegate { request in
            if request.nonce.int?.isMultiple(of: 7) == true { await Task.yield() }
            return .success(["seen": request.nonce])
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                let client = try bench.commands(.dealer)
                group.addTask {
                    let nonces = number * 1000..<number * 1000 + 100
                    let received = try await burst(client, nonces)
                    #expect(received.sorted() == Array(nonces))
                }
            }
            try await group.waitForAll()
        }
        await bench.close()
    }

    @Test func aDelegateThatBlocksHoldsUpNobodyElse() async throws {
        let bench = try Bench { $0.pendingAfter = nil }
        let blockade = Blockade()
        bench.service.setDelegate { request in
            guard request.command == .userDefined else { return .success() }
            blockade.block()
            return .success()
        }
        let slow = try bench.commands(.dealer)
        for nonce in 1...6 { try await slow.send([[], Array(#"{"command":99999,"nonce":\#(nonce)}"#.utf8)]) }
        await blockade.isReached()
        // The slow ones came first; the others are answered while those still block.
        for _ in 0..<20 {
            #expect(try await bench.commands(.req).ask(#"{"command":400,"nonce":9}"#).nonce == 9)
        }
        blockade.lift()
        var nonces: Set<Int> = []
        for _ in 1...6 {
            let reply = try #require(try await slow.receive())
            nonces.insert(try JSONReader.read(reply[1]).number("nonce"))
        }
        #expect(nonces == Set(1...6))
        await bench.close()
    }

    @Test(arguments: Dialect.allCases)
    func eightThreadsSendAtOnce(_ dialect: Dialect) async throws {
        let bench = try Bench(dialect)
        let subscriber = try await bench.subscriber([ApiTopic.event.frame])
        let each = 250
        let service = bench.service
        try await withThrowingTaskGroup(of: Void.self) { group in
            for thread in 0..<8 {
                group.addTask {
                    try await onThread {
                        for number in 0..<each {
                            let context = FreeContext(["thread": JSONValue(thread), "number": JSONValue(number)])
                            try service.sendEvent(ApiEventType(ApiEventKind(rawValue: 90_900)), context)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let events = try await subscriber.all().map { frames in
            #expect(frames.count == 2)
            return try ApiEvent(json: try #require(Publication.layers(frames[1])).0)
        }
        #expect(events.count == 8 * each)
        #expect(Set(events.map(\.index)).count == events.count)
        for thread in 0..<8 {
            // Each thread's own events keep their order, and their indices grow.
            let own = events.filter { $0.context["thread"] == JSONValue(thread) }
            #expect(own.map { $0.context["number"]?.int } == Array(0..<each))
            #expect(zip(own, own.dropFirst()).allSatisfy { $0.index < $1.index })
        }
        await bench.close()
    }
}
