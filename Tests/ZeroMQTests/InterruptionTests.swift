import Synchronization
import Testing
import ZeroMQ

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

@Suite(.serialized, .timeLimit(.minutes(1)))
struct InterruptionTests {
    private let bench: Bench

    init() throws {
        bench = try Bench()
        installHandler()
    }

    @Test func aBlockedReceiveSurvivesSignals() throws {
        let (rep, req) = try bench.pair(.rep, .req)
        let received = try interrupted {
            try rep.receive()
        } then: {
            try req.send(Message("after the signals"))
        }
        #expect(received == Message("after the signals"))
    }

    @Test func aBlockedPollSurvivesSignals() throws {
        let (rep, req) = try bench.pair(.rep, .req)
        let poller = Poller(watching: rep)
        let readable = try interrupted {
            try poller.poll().isReadable(rep)
        } then: {
            try req.send(Message("after the signals"))
        }
        #expect(readable)
    }

    @Test func aBlockedSendSurvivesSignals() throws {
        let dealer = try bench.socket(.dealer)
        try dealer.bind("inproc://interrupted")
        let peer = try bench.socket(.dealer)
        try interrupted {
            try dealer.send(Message("after the signals"))
        } then: {
            try peer.connect("inproc://interrupted")
        }
        #expect(try peer.receive() == Message("after the signals"))
    }

    @Test func signalsDoNotStretchATimeout() throws {
        let socket = try bench.socket(.dealer)
        try socket.set(.receiveTimeout, to: .milliseconds(200))
        try socket.set(.sendTimeout, to: .milliseconds(200))
        let poller = Poller(watching: socket)
        let clock = ContinuousClock()
        let start = clock.now
        let outcome = try interrupted(untilDone: true) {
            let sending = failure { try socket.send(Message("to nobody")) }
            let receiving = failure { try socket.receive() }
            let polled = try poller.poll(timeout: .milliseconds(200))
            return (sending?.code, receiving?.code, polled.isEmpty)
        } then: {
        }
        let (sending, receiving, polledNothing) = outcome
        #expect(sending == .timedOut)
        #expect(receiving == .timedOut)
        #expect(polledNothing)
        let spent = start.duration(to: clock.now)
        #expect(spent > .milliseconds(590))
        #expect(spent < .seconds(10))
        #expect(try socket.get(.receiveTimeout) == .milliseconds(200))
        #expect(try socket.get(.sendTimeout) == .milliseconds(200))
    }

    /// Runs `blocking` on a thread, sends that thread signals (50, or until it is done), then runs `then`.
    @discardableResult
    private func interrupted<Value: Sendable>(
        untilDone: Bool = false,
        _ blocking: @escaping @Sendable () throws -> Value,
        then: () throws -> Void
    ) throws -> Value {
        let thread = try BackgroundThread(blocking)
        let first = handled.load(ordering: .sequentiallyConsistent)
        while !thread.isDone, untilDone || handled.load(ordering: .sequentiallyConsistent) < first + 50 {
            thread.interrupt()
            sched_yield()
        }
        #expect(untilDone || !thread.isDone)
        try then()
        return try thread.join()
    }
}

private let handled = Atomic(0)

/// Counts SIGUSR1, and does not let the system restart calls.
private func installHandler() {
    var action = sigaction()
    let handler: @convention(c) (Int32) -> Void = { _ in handled.add(1, ordering: .sequentiallyConsistent) }
    #if canImport(Darwin)
        action.__sigaction_u.__sa_handler = handler
    #else
        action.__sigaction_handler.sa_handler = handler
    #endif
    sigaction(SIGUSR1, &action, nil)
}
