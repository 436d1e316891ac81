import AcquisitionRPC
import Logging
import Synchronization
import TestSupport
import Testing
import ZeroMQ

@testable import AcquisitionZeroMQ

/// A guard with small limits, and real sockets.
@Suite(.timeLimit(.minutes(1)))
struct ConnectionGuardTests {
    /// Two guarded sockets, a thread that reads the requests, and one that publishes.
    private final class Bench: Sendable {
        let context: Context
        let router: Socket
        let publisher: Socket
        let commands: String
        let events: String
        let keys: (service: CurveKeyPair, client: CurveKeyPair)?
        let cuts = Cuts()
        private let watcher: ConnectionGuard
        private let eventPublisher: EventPublisher
        private let waker: Waker
        private let isStopped = Atomic(false)
        private let threads = Atomic(0)

        init(isEncrypted: Bool = false, publishes: Bool = false, limits: (inout GuardLimits) -> Void) throws {
            context = try Context()
            router = try context.socket(.router)
            publisher = try context.socket(.xpub)
            keys = isEncrypted ? (try CurveKeyPair(), try CurveKeyPair()) : nil
            let marks = HighWaterMarks()
            try SocketSettings.apply(toPublisher: publisher, marks, flush: .zero)
            try SocketSettings.apply(toRouter: router, marks, mostBytes: 1 << 20, flush: .zero)
            if let keys {
                for socket in [router, publisher] {
                    try socket.set(.curveServer, to: true)
                    try socket.set(.curveSecretKey, to: keys.service.secretKey)
                }
            }
            var all = try GuardLimits(marks, request: 1 << 20, isEncrypted: isEncrypted)
            limits(&all)
            watcher = try ConnectionGuard(
                router: router,
                publisher: publisher,
                limits: all,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                report: { [cuts] in cuts.note($0) },
                others: { [cuts] event in
                    if event.kind == .handshakeFailedNoDetail { cuts.noteFailedHandshake() }
                }
            )
            eventPublisher = EventPublisher(publisher, watcher)
            try router.bind("tcp://127.0.0.1:*")
            try publisher.bind("tcp://127.0.0.1:*")
            (commands, events) = (try router.lastEndpoint, try publisher.lastEndpoint)
            waker = try Waker()
            let isStarted = watcher.start { [waker] in waker.wake() }
            #expect(isStarted)
            start { [self] in read() }
            if publishes { start { [self] in publish() } }
        }

        private func start(_ body: @escaping @Sendable () -> Void) {
            threads.add(1, ordering: .relaxed)
            let isStarted = Worker.start("test") { [self] in
                body()
                threads.subtract(1, ordering: .releasing)
            }
            #expect(isStarted)
        }

        private func read() {
            let poller = Poller(waker: waker, watching: router)
            while !isStopped.load(ordering: .acquiring) {
                while let message = try? router.tryReceive() { watcher.delivered(message) }
                watcher.foundEmpty()
                _ = try? poller.poll()
            }
        }

        private func publish() {
            let payload = [UInt8](repeating: 32, count: 1000)
            let poller = Poller()
            while !isStopped.load(ordering: .acquiring) {
                try? eventPublisher.publish(.event, payload.span.bytes)
                _ = try? poller.poll(timeout: .milliseconds(1))
            }
        }

        /// A socket that is connected, and its monitor.
        func peer(_ kind: SocketKind, _ change: (Socket) throws -> Void = { _ in }) throws -> (Socket, SocketMonitor) {
            let socket = try context.socket(kind)
            if let keys {
                try socket.set(.curveServerKey, to: keys.service.publicKey)
                try socket.set(.curvePublicKey, to: keys.client.publicKey)
                try socket.set(.curveSecretKey, to: keys.client.secretKey)
            }
            try change(socket)
            let monitor = try SocketMonitor(socket)
            try socket.connect(kind == .sub ? events : commands)
            return (socket, monitor)
        }

        func stop() {
            isStopped.store(true, ordering: .releasing)
            waker.wake()
            watcher.stop()
            while threads.load(ordering: .acquiring) > 0 { _ = try? Poller().poll(timeout: .milliseconds(1)) }
            router.close()
            publisher.close()
            watcher.close()
        }
    }

    /// Whether the peer's connection is cut within a time.
    private func isCut(_ monitor: SocketMonitor, within limit: Duration) throws -> Bool {
        try hears(.disconnected, monitor, within: limit)
    }

    private func hears(
        _ kind: MonitorEvent.Kind,
        _ monitor: SocketMonitor,
        within limit: Duration = .seconds(20)
    ) throws -> Bool {
        var poller = Poller()
        poller.watch(monitor)
        let deadline = ContinuousClock.now + limit
        while deadline > .now {
            _ = try poller.poll(timeout: deadline - .now)
            while let event = try monitor.tryReceive() {
                if event.kind == kind { return true }
            }
        }
        return false
    }

    #if os(Linux)
        /// It tries again and again. Each time its handshake ends, which is not told as a client that left.
        @Test(arguments: [false, true], [SocketKind.dealer, .sub])
        func whoIsRefusedGetsInWhenAPlaceIsFree(_ isEncrypted: Bool, _ kind: SocketKind) async throws {
            let bench = try Bench(isEncrypted: isEncrypted) { $0.connections.connections = 1 }
            let (first, firstMonitor) = try bench.peer(.dealer)
            #expect(try await onThread { try hears(.handshakeSucceeded, firstMonitor) })
            let (second, secondMonitor) = try bench.peer(kind)
            #expect(await becomes { bench.cuts.all.count >= 5 })
            #expect(Set(bench.cuts.all) == [CutConnection(address: "127.0.0.1", reason: .connections)])
            #expect(bench.cuts.failedHandshakes == 0)
            let hasLostPlace = try await onThread { try isCut(firstMonitor, within: .zero) }
            #expect(!hasLostPlace)
            first.close()
            #expect(try await onThread { try hears(.handshakeSucceeded, secondMonitor) })
            for monitor in [firstMonitor, secondMonitor] { monitor.close() }
            second.close()
            try await onThread { bench.stop() }
        }
    #endif

    private func pingFast(_ socket: Socket) throws {
        try socket.set(.heartbeatInterval, to: .milliseconds(1))
        // Else the client itself gives up a service that does not answer within a millisecond.
        try socket.set(.heartbeatTimeout, to: .seconds(20))
        // And libzmq 4.3.4 the process, where a connection ends on which more has come than is taken.
        try socket.set(.receiveHighWaterMark, to: 0)
    }

    /// At 1 ms, pings have brought eight times the limit, and more, when the time is over.
    @Test(arguments: [false, true], [SocketKind.dealer, .sub])
    func anIdleClientThatPingsIsNotCut(_ isEncrypted: Bool, _ kind: SocketKind) async throws {
        let bench = try Bench(isEncrypted: isEncrypted, publishes: false) {
            $0.request = 1000
            $0.subscriber = 1000
        }
        let (socket, monitor) = try bench.peer(kind) { try pingFast($0) }
        let cut = try await onThread { try isCut(monitor, within: .milliseconds(1200)) }
        #expect(!cut)
        #expect(bench.cuts.all == [])
        monitor.close()
        socket.close()
        try await onThread { bench.stop() }
    }

    @Test(arguments: [false, true])
    func aSubscriberThatPingsWhileEventsFlowIsNotCut(_ isEncrypted: Bool) async throws {
        let bench = try Bench(isEncrypted: isEncrypted, publishes: true) { $0.subscriber = 1000 }
        let (socket, monitor) = try bench.peer(.sub) {
            try $0.subscribe()
            try pingFast($0)
        }
        let cut = try await onThread { try isCut(monitor, within: .milliseconds(1200)) }
        #expect(!cut)
        #expect(bench.cuts.all == [])
        monitor.close()
        socket.close()
        try await onThread { bench.stop() }
    }

    /// The service would end where a client that has sent more than was read goes just before a ping is due.
    @Test func noSocketOfTheServicePings() async throws {
        let context = try Context()
        let (router, publisher) = (try context.socket(.router), try context.socket(.xpub))
        try SocketSettings.apply(toRouter: router, HighWaterMarks(), mostBytes: 1, flush: .zero)
        try SocketSettings.apply(toPublisher: publisher, HighWaterMarks(), flush: .zero)
        for socket in [router, publisher] {
            #expect(try socket.get(.heartbeatInterval) == .zero)
            socket.close()
        }
        try await onThread { context.terminate() }
    }

    @Test(arguments: [false, true])
    func whatIsCountedIsWhatPassedOnTheWire(_ isEncrypted: Bool) async throws {
        let context = try Context()
        let (router, dealer) = (try context.socket(.router), try context.socket(.dealer))
        let monitor = try SocketMonitor(router)
        if isEncrypted {
            let (service, client) = (try CurveKeyPair(), try CurveKeyPair())
            try router.set(.curveServer, to: true)
            try router.set(.curveSecretKey, to: service.secretKey)
            try dealer.set(.curveServerKey, to: service.publicKey)
            try dealer.set(.curvePublicKey, to: client.publicKey)
            try dealer.set(.curveSecretKey, to: client.secretKey)
        }
        try router.bind("tcp://127.0.0.1:*")
        try dealer.connect(router.lastEndpoint)
        let limits = try GuardLimits(HighWaterMarks(), request: 0, isEncrypted: isEncrypted)
        let seed = SeededGenerator().seed
        try await onThread {
            var random = SeededGenerator(seed: seed)
            try dealer.send(Message("hello"))
            let first = try router.receive()
            let connection = Connection(descriptor: try #require(first.metadata.descriptor))
            let before = try #require(connection.traffic?.taken)
            var sum: UInt64 = 0
            for _ in 0..<200 {
                let frames = (0..<Int.random(in: 1...5, using: &random)).map { _ in
                    Frame(repeating: 1, count: Int.random(in: 0...400, using: &random))
                }
                try dealer.send(Message(frames: frames))
                sum += limits.wireBytes(try router.receive())
            }
            #expect(try #require(connection.traffic?.taken) - before == sum, "seed \(seed)")
        }
        for socket in [router, dealer] { socket.close() }
        monitor.close()
        try await onThread { context.terminate() }
    }
}

/// What a guard has told.
private final class Cuts: Sendable {
    private let list = Mutex<[CutConnection]>([])
    var all: [CutConnection] { list.withLock { $0 } }
    private let failures = Atomic(0)
    var failedHandshakes: Int { failures.load(ordering: .relaxed) }
    func noteFailedHandshake() { failures.add(1, ordering: .relaxed) }
    func note(_ cut: CutConnection) { list.withLock { $0.append(cut) } }
}

/// Runs what blocks on a thread of its own: the pool that runs tests has few.
private func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        if !Worker.start("test", { continuation.resume(with: Result(catching: body)) }) {
            preconditionFailure("the system has no thread to give")
        }
    }
}
