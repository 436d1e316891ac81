import AcquisitionRPC
import Dispatch
import Logging
import Synchronization
import ZeroMQ

/// Ends connections that take more memory than libzmq itself would deny them: those that send a message without an end, that
/// subscribe without an end, and that do not read what is sent to them.
///
/// `ZMQ_MAXMSGSIZE` bounds each frame, and libzmq keeps the frames of a message to itself until the last one has come;
/// it keeps every subscription; and it counts messages, of whatever size. libzmq tells which descriptors it has accepted, and
/// the system tells what passed on them. Only connections on which something arrived are looked at, so that those which are
/// idle cost nothing.
///
/// A connection gets as far as its limit, and what comes within one look; many at once get that far each: against those
/// only keys help.
final class ConnectionGuard: Sendable {
    /// How long it rests after a look: what arrives meanwhile is seen in the next one.
    private static let period: Duration = .milliseconds(25)
    /// How long while a connection comes far.
    private static let shortPeriod: Duration = .milliseconds(5)
    /// How long where many connections had to be looked at, for each.
    private static let periodPerConnection: Duration = .microseconds(50)

    let limits: GuardLimits
    private let monitors: [(role: ConnectionTable.Role, monitor: SocketMonitor)]
    private let logger: Logger
    private let waker: Waker
    private let arrivals: ArrivalWatch
    private let report: @Sendable (CutConnection) -> Void
    private let others: @Sendable (MonitorEvent) -> Void
    private let delivered = DeliveredBytes()
    private let emptied = Atomic<UInt64>(0)
    private let events: SentBytes
    private let replies: SentBytes
    private let subscriptions = Mutex(SubscriptionAccounts())
    private let mayHaveSubscriptions = Atomic(false)
    private let hasExcess = Atomic(false)
    private let isStopped = Atomic(false)
    private let ended = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - router: the socket of the requests, not bound yet.
    ///   - publisher: the XPUB of the events, not bound yet.
    ///   - report: is told of each connection that was cut, on the guard's thread.
    ///   - others: is told of every event at the sockets' doors, since a socket has one monitor only.
    init(
        router: Socket,
        publisher: Socket,
        limits: GuardLimits,
        logger: Logger,
        report: @escaping @Sendable (CutConnection) -> Void = { _ in },
        others: @escaping @Sendable (MonitorEvent) -> Void = { _ in }
    ) throws(ZeroMQError) {
        self.limits = limits
        self.report = report
        self.others = others
        self.logger = logger
        events = SentBytes(limit: limits.events)
        replies = SentBytes(limit: limits.replies)
        monitors = [(.commands, try SocketMonitor(router)), (.events, try SocketMonitor(publisher))]
        waker = try Waker()
        arrivals = try ArrivalWatch()
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
    /// The sockets are watched on, to be closed by ``close()``: that takes the sockets' turn, which a reply may need just now.
    func stop() {
        isStopped.store(true, ordering: .releasing)
        waker.wake()
        ended.wait()
    }

    /// Lets go of the sockets. After `stop()`, and after the sockets were closed.
    func close() { for (_, monitor) in monitors { monitor.close() } }

    // MARK: - What the threads that use the sockets tell

    /// The router has no message to be read. From the thread that reads it.
    func foundEmpty() { emptied.add(1, ordering: .relaxed) }

    /// A request has been read. From the thread that reads.
    func delivered(_ message: Message) {
        if let descriptor = message.metadata.descriptor { delivered.add(limits.wireBytes(message), from: descriptor) }
    }

    /// A reply has been sent. From the thread that has the router.
    func replied(_ message: Message) {
        let size = message.byteCount
        if limits.isLargeReply(size), replies.note(large: size) { waker.wake() }
    }

    /// An event has been published. From the thread that has the publisher.
    ///
    /// - Returns: whether subscriptions may have come, which are to be read and told to ``subscribed(_:)``.
    func published(_ size: Int) -> Bool {
        events.note()
        if limits.isLargeEvent(size), events.note(large: size) { waker.wake() }
        return mayHaveSubscriptions.load(ordering: .relaxed)
    }

    /// Subscriptions are about to be read; until something more arrives there is nothing more to read.
    func readsSubscriptions() { mayHaveSubscriptions.store(false, ordering: .sequentiallyConsistent) }

    /// Not all subscriptions were read.
    func leavesSubscriptions() { mayHaveSubscriptions.store(true, ordering: .relaxed) }

    /// Messages of the XPUB were read. From the thread that has it.
    func subscribed(_ messages: [Message]) {
        let isOver = subscriptions.withLock { accounts in
            var isOver = false
            for message in messages {
                // What a connection that has ended leaves is told without one.
                guard let descriptor = message.metadata.descriptor else { continue }
                for frame in message.frames { accounts.note(frame, from: descriptor) }
                delivered.add(UInt64(message.byteCount), from: descriptor)
                isOver = isOver || accounts.cost(of: descriptor) > limits.subscriptions
            }
            return isOver || accounts.cost > limits.allSubscriptions
        }
        if isOver {
            hasExcess.store(true, ordering: .releasing)
            waker.wake()
        }
    }

    // MARK: - The guard's thread

    private func run(_ nudge: () -> Void) {
        var resting = Poller(waker: waker)
        for (_, monitor) in monitors { resting.watch(monitor) }
        var attentive = resting
        attentive.watch(descriptor: arrivals.descriptor)
        var watch = GuardWatch(ConnectionTable(limits))
        while !isStopped.load(ordering: .acquiring) {
            var refusals: [CutConnection] = []
            do {
                let now = ContinuousClock.now
                if now < watch.restsUntil {
                    let rest = watch.restsUntil - now
                    _ = try resting.poll(timeout: watch.accepting.wait(at: now).map { min($0, rest) } ?? rest)
                } else {
                    _ = try attentive.poll(timeout: watch.wait(at: now))
                }
                for (role, monitor) in monitors {
                    while let event = try monitor.tryReceive() {
                        refusals += take(event, role, &watch)
                    }
                }
            } catch {
                return
            }
            let hasRoom = watch.accepting.isClosed && watch.table.hasRoom()
            watch.accepting.tend(at: .now, hasRoom: hasRoom, isClear: watch.table.isClear)
            var cuts = lookAtAmounts(&watch)
            if ContinuousClock.now >= watch.restsUntil { cuts += lookAtArrivals(&watch, nudge) }
            tell(cuts, &watch.cuts)
            tell(refusals, &watch.refusals)
        }
    }

    private func tell(_ cuts: [CutConnection], _ log: inout CutLog) {
        for cut in cuts {
            log.note(cut)
            report(cut)
        }
        guard let line = log.line(at: .now) else { return }
        logger.warning("\(log.message)", metadata: line.metadata)
    }

    /// Takes note of what happened at a socket; who was refused, if it was that.
    private func take(_ event: MonitorEvent, _ role: ConnectionTable.Role, _ watch: inout GuardWatch) -> [CutConnection]
    {
        let descriptor = Int32(truncatingIfNeeded: event.value)
        if event.kind == .acceptFailed {
            // May come as fast as libzmq can tell it.
            return watch.cannotAccept(errno: descriptor)
        }
        for event in watch.told(event, at: role) { others(event) }
        switch event.kind {
        case .accepted:
            forget(descriptor, &watch.table)
            let isLast = descriptor == watch.accepting.lostSpare
            let sent = (published: events.count, large: role == .events ? events.large : replies.large)
            switch watch.table.accept(descriptor, role, sent: sent, isLast: isLast) {
            case .gone: return []
            case .watched:
                // A descriptor that was closed leaves the watch by itself, with or without a word from libzmq.
                if !arrivals.add(descriptor) { arrivals.rearm(descriptor) }
            case .refused(let connection):
                return [connection] + watch.refuseOthers(beside: descriptor, for: connection.reason)
            }
        case .disconnected: forget(descriptor, &watch.table)
        case .closed:
            forget(descriptor, &watch.table)
            watch.accepting.closed(descriptor)
        case .listening:
            watch.accepting.listens(descriptor)
            watch.table.listens(descriptor)
        default: break
        }
        return []
    }

    private func forget(_ descriptor: Int32, _ table: inout ConnectionTable) {
        let role = table.role(of: descriptor)
        table.forget(descriptor)
        guard role == .events else { return }
        subscriptions.withLock { $0.close(descriptor) }
        // libzmq tells of each subscription that it ends.
        mayHaveSubscriptions.store(true, ordering: .relaxed)
    }

    /// Looks at what was sent and subscribed, where that has become much.
    private func lookAtAmounts(_ watch: inout GuardWatch) -> [CutConnection] {
        var cuts: [CutConnection] = []
        let (largeEvents, largeReplies) = (events.large, replies.large)
        if largeEvents / events.step != watch.largeEvents / events.step {
            cuts += watch.table.cutUnread(.events, sent: largeEvents)
        }
        if largeReplies / replies.step != watch.largeReplies / replies.step {
            cuts += watch.table.cutUnread(.commands, sent: largeReplies)
        }
        (watch.largeEvents, watch.largeReplies) = (largeEvents, largeReplies)
        guard hasExcess.exchange(false, ordering: .acquiring) else { return cuts }
        let excess = subscriptions.withLock { accounts in
            let excess = accounts.excess(perConnection: limits.subscriptions, inAll: limits.allSubscriptions)
            return excess.map { descriptor in
                defer { accounts.close(descriptor) }
                return (descriptor, accounts.bytes(of: descriptor))
            }
        }
        return cuts + excess.compactMap { watch.table.cut($0, subscriptions: $1) }
    }

    /// Looks at the connections on which something has arrived, and at suspects.
    private func lookAtArrivals(_ watch: inout GuardWatch, _ nudge: () -> Void) -> [CutConnection] {
        var memory: Int??
        let look = ConnectionTable.Look(
            emptied: emptied.load(ordering: .relaxed),
            published: events.count,
            memory: {
                let known = memory ?? ProcessMemory.resident
                memory = known
                return known
            },
            delivered: { [delivered] in delivered.take(from: $0) }
        )
        var cuts: [CutConnection] = []
        watch.table.beginRound()
        let suspects = watch.table.suspects
        for suspect in suspects { if let cut = watch.table.look(at: suspect, look) { cuts.append(cut) } }
        var count = 0
        var hasSubscribers = false
        while true {
            let batch = arrivals.arrivals()
            for descriptor in batch where !suspects.contains(descriptor) {
                if watch.table.role(of: descriptor) == .events { hasSubscribers = true }
                if let cut = watch.table.look(at: descriptor, look) { cuts.append(cut) }
            }
            count += batch.count
            for descriptor in batch where watch.table.role(of: descriptor) != nil { arrivals.rearm(descriptor) }
            // What arrives meanwhile is seen in the next look.
            if batch.count < ArrivalWatch.batch || count > watch.table.count { break }
        }
        if hasSubscribers {
            mayHaveSubscriptions.store(true, ordering: .relaxed)
            cuts += watch.table.cutWorstSubscribers()
        }
        let period = watch.table.isBusy ? Self.shortPeriod : Self.period
        if count > 0 { watch.restsUntil = .now + max(period, Self.periodPerConnection * count) }
        if watch.table.suspects.isEmpty {
            watch.suspectPause = GuardWatch.suspectPauses.lowerBound
        } else {
            if suspects.isEmpty { watch.suspectPause = GuardWatch.suspectPauses.lowerBound }
            watch.suspectPause = min(watch.suspectPause * 2, GuardWatch.suspectPauses.upperBound)
            watch.restsUntil = min(watch.restsUntil, .now + watch.suspectPause)
            nudge()
        }
        return cuts
    }
}
