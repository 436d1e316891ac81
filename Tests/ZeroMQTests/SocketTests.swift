import Testing
import ZeroMQ

@Suite(.timeLimit(.minutes(1)))
struct SocketTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test func requestAndReply() throws {
        let (rep, req) = try bench.pair(.rep, .req)
        try req.send(Message("ping"))
        #expect(try rep.receive() == Message("ping"))
        try rep.send(Message("pong", "and more"))
        #expect(try req.receive() == Message("pong", "and more"))
    }

    @Test func routerAndDealer() throws {
        let (router, dealer) = try bench.pair(.router, .dealer)
        try dealer.send(["hello".bytes, []])
        let received = try router.receive()
        #expect(received.frames.count == 3)
        #expect(Array(received.frames.dropFirst()) == ["hello".bytes, []])
        try router.send([received.frames[0], [1, 2, 3]])
        #expect(try dealer.receive() == [[1, 2, 3]])
    }

    @Test(arguments: [SocketKind.pub, .xpub], [SocketKind.sub, .xsub])
    func publishAndSubscribe(publisher: SocketKind, subscriber: SocketKind) throws {
        let (pub, sub) = try bench.pair(publisher, subscriber)
        if subscriber == .sub {
            try sub.subscribe("weather".bytes)
        } else {
            try sub.send([[1] + "weather".bytes])
        }
        if publisher == .xpub {
            #expect(try pub.receive() == [[1] + "weather".bytes])
        }
        var poller = Poller()
        poller.watch(sub)
        repeat {
            #expect(try pub.trySend("news".bytes.span.bytes, "no".bytes.span.bytes))
            #expect(try pub.trySend("weather.today".bytes.span.bytes, "fine".bytes.span.bytes))
        } while try poller.poll(timeout: .milliseconds(10)).isEmpty
        #expect(try sub.receive() == Message("weather.today", "fine"))
    }

    @Test func pairs() throws {
        let (left, right) = try bench.pair(.pair, .pair)
        try left.send(Message("to the right"))
        try right.send(Message("to the left"))
        #expect(try right.receive() == Message("to the right"))
        #expect(try left.receive() == Message("to the left"))
    }

    @Test func everyKindOpensAndCloses() throws {
        for kind in SocketKind.allCases {
            let socket = try bench.socket(kind)
            #expect(socket.kind == kind)
            socket.close()
            #expect(socket.isClosed)
        }
    }

    @Test func afterCloseEveryCallIsRefused() throws {
        let socket = try bench.socket(.dealer)
        let poller = Poller(watching: socket)
        socket.close()
        socket.close()
        let errors = [
            failure { try socket.bind("tcp://127.0.0.1:*") },
            failure { try socket.connect("tcp://127.0.0.1:1") },
            failure { try socket.lastEndpoint },
            failure { try socket.send(Message("x")) },
            failure { try socket.trySend([1].span.bytes) },
            failure { try socket.receive() },
            failure { try socket.tryReceive() },
            failure { try socket.set(.linger, to: .zero) },
            failure { try socket.get(.linger) },
            failure { try poller.poll(timeout: .zero) },
            failure { try SocketMonitor(socket) },
        ]
        for error in errors {
            #expect(error?.code == .closed)
        }
    }

    @Test func aSecondThreadIsRefusedAndCloseWaitsForTheFirst() throws {
        let socket = try bench.socket(.dealer)
        let blocked = try BackgroundThread { failure { try persistently { try socket.receive() } } }
        socket.waitUntilInUse()
        #expect(failure { try socket.trySend(Message("x")) }?.code == .concurrentUse)
        socket.close()
        #expect(socket.isClosed)
        bench.context.shutdown()
        #expect(try blocked.join()?.code == .terminated)
        #expect(failure { try socket.receive() }?.code == .closed)
    }
}
