import Testing
import ZeroMQ

@Suite(.timeLimit(.minutes(1)))
struct WakerTests {
    @Test func endsAPollFromAnotherThread() throws {
        let bench = try Bench()
        let socket = try bench.socket(.sub)
        let waker = try Waker()
        let poller = Poller(waker: waker, watching: socket)
        let woken = try BackgroundThread { try persistently { try poller.poll(timeout: .seconds(30)).isWoken } }
        socket.waitUntilInUse()
        let start = ContinuousClock.now
        waker.wake()
        #expect(try woken.join())
        #expect(start.duration(to: .now) < .seconds(5))
    }

    @Test func aWakeBeforeThePollIsKeptAndManyAreOne() throws {
        let waker = try Waker()
        let poller = Poller(waker: waker)
        for _ in 0..<100_000 { waker.wake() }
        #expect(try poller.poll().isWoken)
        #expect(try poller.poll(timeout: .zero).isEmpty)
        waker.wake()
        #expect(try poller.poll().isWoken)
    }

    @Test func noWakeIsLostInARace() throws {
        // Each round trip needs the wake of the round before; a lost one would never end.
        let ping = try Waker()
        let pong = try Waker()
        let other = try BackgroundThread {
            let poller = Poller(waker: ping)
            for _ in 0..<20_000 {
                try #require(try poller.poll(timeout: .seconds(20)).isWoken)
                pong.wake()
            }
        }
        let poller = Poller(waker: pong)
        for _ in 0..<20_000 {
            ping.wake()
            try #require(try poller.poll(timeout: .seconds(20)).isWoken)
        }
        try other.join()
    }
}
