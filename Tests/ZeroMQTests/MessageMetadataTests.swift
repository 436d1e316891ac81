import Testing
import ZeroMQ

@Suite(.timeLimit(.minutes(1)))
struct MessageMetadataTests {
    @Test func tellsOfTheTCPPeer() throws {
        let bench = try Bench()
        let (router, dealer) = try bench.pair(.router, .dealer)
        var poller = Poller()
        poller.watch(router)
        for _ in 0..<10 {
            try dealer.send(Message("hello"))
            _ = try poller.poll(timeout: .seconds(20))
            let metadata = try router.receive().metadata
            let descriptor = try #require(metadata.descriptor)
            #expect(
                metadata
                    == .init(peerAddress: "127.0.0.1", userID: nil, socketType: "DEALER", descriptor: descriptor)
            )
            #expect(descriptor > 2)
        }
    }

    @Test func isEmptyOnInproc() throws {
        let bench = try Bench()
        let left = try bench.socket(.pair)
        try left.bind("inproc://metadata")
        let right = try bench.socket(.pair)
        try right.connect("inproc://metadata")
        try right.send(Message("hello"))
        #expect(try left.receive().metadata == .init())
    }
}
