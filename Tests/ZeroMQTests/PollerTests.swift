import Testing
import ZeroMQ

@Suite(.timeLimit(.minutes(1)))
struct PollerTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test func findsWhatIsReady() throws {
        let (router, dealer) = try bench.pair(.router, .dealer)
        var poller = Poller()
        poller.watch(router)
        poller.watch(dealer, for: [.readable, .writable])
        let first = try poller.poll(timeout: .seconds(20))
        #expect(first.isWritable(dealer))
        #expect(!first.isReadable(dealer))
        #expect(!first.isReadable(router))
        #expect(!first.isWoken)

        try dealer.send(Message("x"))
        poller.watch(dealer, for: .readable)
        let second = try poller.poll(timeout: .seconds(20))
        #expect(second[router] == .readable)
        #expect(second[dealer] == [])

        poller.remove(router)
        #expect(try poller.poll(timeout: .zero).isEmpty)
    }

    @Test func theTimeIsOver() throws {
        let poller = Poller(watching: try bench.socket(.sub))
        let start = ContinuousClock.now
        #expect(try poller.poll(timeout: .milliseconds(30)).isEmpty)
        #expect(start.duration(to: .now) >= .milliseconds(30))
        #expect(try poller.poll(timeout: .zero).isEmpty)
        #expect(try poller.poll(timeout: .seconds(-1)).isEmpty)
        #expect(try Poller().poll(timeout: .milliseconds(1)).isEmpty)
    }

    @Test(
        arguments: [
            .seconds(Int64.max), .seconds(Int64.max) + .seconds(Int64.max), .milliseconds(Int64.max), .seconds(1 << 33),
        ] as [Duration]
    )
    func everyTimeIsTaken(_ time: Duration) throws {
        let (router, dealer) = try bench.pair(.router, .dealer)
        try dealer.send(Message("x"))
        #expect(try Poller(watching: router).poll(timeout: time).isReadable(router))
        #expect(try Poller(watching: dealer).poll(timeout: .zero - time).isEmpty)
    }

    @Test func nothingToWaitForIsRefused() throws {
        #expect(failure { try Poller().poll() }?.code == .invalidArgument)
    }

    @Test func aClosedSocketAmongOthersSetsTheOthersFree() throws {
        let open = try bench.socket(.sub)
        let closed = try bench.socket(.sub)
        var poller = Poller(watching: open)
        poller.watch(closed)
        closed.close()
        #expect(failure { try poller.poll(timeout: .zero) }?.code == .closed)
        #expect(try open.tryReceive() == nil)
    }
}
