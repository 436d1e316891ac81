import Testing
import ZeroMQ

@Suite(.timeLimit(.minutes(1)))
struct SocketSendTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test func withoutAPeerThereIsNoRoom() throws {
        let socket = try bench.socket(.dealer)
        #expect(try !socket.trySend(Message("a")))
        #expect(try !socket.trySend([1].span.bytes))
        #expect(try !socket.trySend([1].span.bytes, [2].span.bytes))
        try socket.set(.sendTimeout, to: .milliseconds(1))
        let error = try #require(failure { try socket.send(Message("a")) })
        #expect(error.code == .timedOut)
        #expect(
            error.description
                == "Cannot send: the socket's time-out passed. Try again, or check that the other side runs."
        )
    }

    @Test func framesOfEverySizeArrive() throws {
        let (left, right) = try bench.pair(.pair, .pair)
        let messages: [Message] = [
            [[]],
            [[], []],
            Message(frames: (0..<1000).map { [UInt8(truncatingIfNeeded: $0)] }),
            [[UInt8](repeating: 7, count: 16 << 20), []],
            [Array(0...32), Array(0...33), Array(0...255)],
        ]
        for message in messages {
            try left.send(message)
            #expect(try right.receive() == message)
        }
    }

    @Test func spansArriveAsFrames() throws {
        let (left, right) = try bench.pair(.pair, .pair)
        let topic = "topic".bytes
        let body = [UInt8](repeating: 1, count: 1000)
        try right.send(Message("connected"))
        _ = try left.receive()
        #expect(try left.trySend(body.span.bytes))
        #expect(try left.trySend(topic.span.bytes, body.span.bytes))
        #expect(try left.trySend(topic.span.bytes, [UInt8]().span.bytes))
        #expect(try right.receive() == [body])
        #expect(try right.receive() == [topic, body])
        #expect(try right.receive() == [topic, []])
    }

    @Test func aMandatoryRouterTellsOfAMissingPeer() throws {
        let router = try bench.socket(.router)
        #expect(try router.trySend(Message("nobody", "dropped")))
        try router.set(.routerMandatory, to: true)
        #expect(failure { try router.trySend(Message("nobody", "refused")) }?.code == .hostUnreachable)
        #expect(failure { try router.send(Message("nobody", "refused")) }?.code == .hostUnreachable)
    }

    @Test func aFullMandatoryRouterHasNoRoom() throws {
        let router = try bench.socket(.router)
        try router.set(.routerMandatory, to: true)
        try router.set(.sendHighWaterMark, to: 1)
        try router.bind("inproc://full")
        let dealer = try bench.socket(.dealer)
        try dealer.set(.receiveHighWaterMark, to: 1)
        try dealer.connect("inproc://full")
        try dealer.send(Message("hello"))
        let identity = try router.receive().frames[0]
        var sent = 0
        while try router.trySend([identity, [1]]) { sent += 1 }
        #expect(sent == 2)
    }

    @Test func aMessageWithoutFramesIsRefused() throws {
        let socket = try bench.socket(.pub)
        #expect(failure { try socket.send([]) }?.code == .invalidArgument)
    }

    @Test func askingTwiceIsOutOfTurn() throws {
        let (_, req) = try bench.pair(.rep, .req)
        try req.send(Message("first"))
        #expect(failure { try req.send(Message("second")) }?.code == .wrongState)
    }

    @Test func aPeerThatLeavesDoesNotSplitMessages() throws {
        // Peers come and go while messages of many frames are sent; what arrives is whole.
        let dealer = try bench.socket(.dealer)
        try dealer.bind("tcp://127.0.0.1:*")
        let endpoint = try dealer.lastEndpoint
        let message = Message(frames: (0..<50).map { [UInt8($0)] })
        for _ in 0..<50 {
            let peer = try bench.socket(.dealer)
            try peer.connect(endpoint)
            try dealer.send(message)
            while try dealer.trySend(message), try peer.tryReceive() == nil {}
            peer.close()
            _ = try dealer.trySend(message)
        }
        let last = try bench.socket(.dealer)
        try last.connect(endpoint)
        while true {
            // What goes to a peer that has just left is lost, so one message is not enough.
            _ = try dealer.trySend(message)
            if let received = try last.tryReceive() {
                #expect(received == message)
                break
            }
        }
    }
}
