import AcquisitionRPC
import Dispatch
import Logging
import Synchronization
import ZeroMQ

/// Ends connections that send a request without an end.
///
/// `ZMQ_MAXMSGSIZE` bounds each frame, and libzmq keeps the frames of a message to itself until the last one has come:
/// without this, a stranger who sends frame after frame takes all memory. libzmq tells which descriptors it has accepted;
/// the system tells how much came in on them. A connection gets as far as twice the limit, and what comes within one look;
/// many at once get that far each: against those only keys help.
final class ConnectionGuard: Sendable {
    /// How often connections are looked at while little comes in on them: an idle service must cost nothing.
    private static let calmPeriod: Duration = .milliseconds(100)
    /// How often while much comes in; many connections are looked at less often.
    private static let period: Duration = .milliseconds(25)
    /// How many bytes between two looks are much.
    private static let muchBytes: UInt64 = 65_536
    /// How often while there are suspects.
    private static let shortPeriod: Duration = .milliseconds(10)
    private static let periodPerConnection: Duration = .microseconds(50)

    private let monitor: SocketMonitor
    private let limit: UInt64
    private let logger: Logger
    private let waker: Waker
    private let others: @Sendable (MonitorEvent) -> Void
    private let connections = Mutex<[Int32: Watched]>([:])
    private let hasSuspects = Atomic(false)
    private let emptied = Atomic<UInt64>(0)
    private let isStopped = Atomic(false)
    private let ended = DispatchSemaphore(value: 0)

    private struct Watched {
        let cookie: UInt64
        var watch = ConnectionWatch()
    }

    /// - Parameters:
    ///   - router: the socket of the requests, not bound yet.
    ///   - mostBytes: how many bytes a request may have, with its envelope and what ZeroMQ adds.
    ///   - others: is told of every event at the socket's door, since a socket has one monitor only.
    init(
        router: Socket,
        mostBytes: Int,
        logger: Logger,
        others: @escaping @Sendable (MonitorEvent) -> Void = { _ in }
    ) throws(ZeroMQError) {
        self.others = others
        monitor = try SocketMonitor(router)
        waker = try Waker()
        limit = UInt64(mostBytes)
        self.logger = logger
    }

    /// Begins to watch; false where the system has no thread to give.
    ///
    /// - Parameter nudge: has the thread that reads look whether there is a message.
    func start(nudge: @escaping @Sendable () -> Void) -> Bool {
        Worker.start("rpc-guard") { [self] in
            run(nudge)
            ended.signal()
        }
    }

    /// Ends the watch, and waits for that. After a `start()` that returned true.
    ///
    /// The socket is watched on, to be closed by ``close()``: that takes the socket's turn, which a reply may need just now.
    func stop() {
        isStopped.store(true, ordering: .releasing)
        waker.wake()
        ended.wait()
    }

    /// Lets go of the socket. After `stop()`, and after the socket was closed.
    func close() { monitor.close() }

    /// The socket has no message to be read. From the thread that reads it.
    func foundEmpty() { emptied.add(1, ordering: .relaxed) }

    /// A message has been read. From the thread that reads.
    func delivered(_ message: Message) {
        guard hasSuspects.load(ordering: .acquiring), let descriptor = message.metadata.descriptor else { return }
        connections.withLock { $0[descriptor]?.watch.delivered() }
    }

    private func run(_ nudge: () -> Void) {
        var poller = Poller(waker: waker)
        poller.watch(monitor)
        var (bytes, lastBytes): (UInt64, UInt64) = (0, 0)
        while !isStopped.load(ordering: .acquiring) {
            let count = connections.withLock { $0.count }
            let isBusy = bytes > lastBytes &+ Self.muchBytes
            let normal = isBusy ? Self.period : Self.calmPeriod
            let period = hasSuspects.load(ordering: .relaxed) ? Self.shortPeriod : normal
            let pause = max(period, Self.periodPerConnection * count)
            do {
                _ = try poller.poll(timeout: count == 0 ? nil : pause)
                while let event = try monitor.tryReceive() { take(event) }
            } catch {
                return
            }
            lastBytes = bytes
            bytes = look()
            if hasSuspects.load(ordering: .relaxed) { nudge() }
        }
    }

    private func take(_ event: MonitorEvent) {
        others(event)
        let descriptor = Int32(truncatingIfNeeded: event.value)
        switch event.kind {
        case .accepted:
            guard let cookie = Connection(descriptor: descriptor).cookie else { return }
            connections.withLock { $0[descriptor] = Watched(cookie: cookie) }
        case .disconnected, .closed: connections.withLock { $0[descriptor] = nil }
        default: return
        }
    }

    /// Looks at every connection; how many bytes have come in on all of them.
    private func look() -> UInt64 {
        let emptied = emptied.load(ordering: .relaxed)
        let (cut, total) = connections.withLock { connections -> (Int, UInt64) in
            var (cut, suspects, total): (Int, Bool, UInt64) = (0, false, 0)
            for descriptor in Array(connections.keys) {
                let connection = Connection(descriptor: descriptor)
                guard let bytes = connection.bytesTaken, var watched = connections[descriptor] else {
                    connections[descriptor] = nil
                    continue
                }
                total &+= bytes
                if watched.watch.look(bytes: bytes, emptied: emptied, limit: limit) {
                    if connection.cookie == watched.cookie { connection.cut() }
                    connections[descriptor] = nil
                    cut += 1
                } else {
                    connections[descriptor] = watched
                    suspects = suspects || watched.watch.isSuspect
                }
            }
            hasSuspects.store(suspects, ordering: .releasing)
            return (cut, total)
        }
        if cut > 0 {
            logger.warning("Connections were ended that sent a request without an end", metadata: ["count": "\(cut)"])
        }
        return total
    }
}
