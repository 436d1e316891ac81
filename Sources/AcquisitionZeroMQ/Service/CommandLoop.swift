import AcquisitionRPC
import Logging
import Synchronization
import ZeroMQ

/// Reads requests from the ROUTER, has them answered, and sends the replies.
///
/// One thread leads: it waits in a poll, takes a request, and runs the delegate itself, so that a delegate that
/// answers at once costs no change of threads. A delegate that suspends gives the thread back; one that *blocks* it
/// loses it after ``LeadPatience``: a parked thread takes the lead and the socket over, and the blocked thread, when it
/// returns, leaves its reply in the outbox and is parked.
///
/// Where no thread is left, requests wait, but for those that are urgent or that the service answers itself; where
/// delegates do not get on for a second, they are refused.
final class CommandLoop: Sendable {
    /// Who sent a message.
    typealias SenderLookup = @Sendable (Message.Metadata) -> CommandSender

    /// Where nobody is asked for a key, whoever comes may do everything.
    static let anybody: SenderLookup = { CommandSender(role: .operator, address: $0.peerAddress.map(PeerName.plain)) }

    /// How long a stop waits for the leading thread to leave the socket.
    private static let leaveLimit: Duration = .milliseconds(250)
    /// How long a stop waits for replies that are being written.
    private static let replyLimit: Duration = .milliseconds(500)
    /// How soon the lead is handed over again, where the system had no thread for it.
    private static let retryInterval: Duration = .milliseconds(10)

    private let router: Socket
    private let connectionGuard: ConnectionGuard?
    let handler: ServiceTransport.RequestHandler
    private let sender: SenderLookup
    let log: RepeatLogger
    let threads: DelegateThreads
    let state = Mutex(State())
    private let waker: Waker
    private let outbox: ReplyOutbox
    private let ended = Alarm()
    private let answered = Alarm()

    /// How many replies found their client gone, or not reading.
    var undeliveredReplies: Int { outbox.undeliveredCount }

    init(
        router: Socket,
        connectionGuard: ConnectionGuard? = nil,
        handler: @escaping ServiceTransport.RequestHandler,
        sender: @escaping SenderLookup = anybody,
        logger: Logger,
        threads: DelegateThreads = DelegateThreads("rpc-commands")
    ) throws(ZeroMQError) {
        self.router = router
        self.connectionGuard = connectionGuard
        self.handler = handler
        self.sender = sender
        log = RepeatLogger(logger)
        outbox = ReplyOutbox(router: router, connectionGuard: connectionGuard, log: log)
        self.threads = threads
        waker = try Waker()
    }

    /// Begins to read; false where the system has no threads to give.
    func start() -> Bool {
        guard threads.start(making: 1, whenFreed: { [waker] in waker.wake() }) else { return false }
        guard threads.run({ [self] in lead(0) }) else {
            threads.stop()
            return false
        }
        return true
    }

    /// Has the leading thread look once whether there is a request. From any thread.
    func nudge() { waker.wake() }

    /// Sends a reply soon. From any thread.
    func send(_ reply: [UInt8], to peer: PeerAddress) {
        post(reply, to: peer)
        markAnswered(peer)
    }

    private func markAnswered(_ peer: PeerAddress) {
        let isLast = state.withLock { state in
            state.answered(peer.ticket)
            return state.isStopping && state.unanswered.isEmpty
        }
        if isLast { answered.ring() }
    }

    func post(_ reply: [UInt8], to peer: PeerAddress) {
        outbox.leave(reply, for: peer)
        waker.wake()
    }

    /// Gives the lead to another thread where a delegate blocks the one that has it; when to look again.
    func relieve() -> ContinuousClock.Instant? {
        let now = ContinuousClock.now
        log.flush(at: now)
        let (ticket, again) = state.withLock { state -> (UInt64?, ContinuousClock.Instant?) in
            guard let away = state.away, !state.isStopping else { return (nil, nil) }
            guard now - away.since >= LeadPatience.long else { return (nil, away.since + LeadPatience.long) }
            state.patience.blocked()
            guard !state.isRelieving else { return (nil, now + Self.retryInterval) }
            state.isRelieving = true
            return (away.ticket, now + Self.retryInterval)
        }
        guard let ticket, !threads.run({ [self] in takeLead(from: ticket, isRelief: true) }) else { return again }
        state.withLock { $0.isRelieving = false }
        log.error("The system has no thread to replace one that a delegate blocks")
        return again
    }

    /// The new thread takes the lead itself, so that nobody ever waits for a thread that did not come.
    private func takeLead(from ticket: UInt64, isRelief: Bool) {
        let number = state.withLock { state -> Int? in
            if isRelief { state.isRelieving = false }
            guard state.away?.ticket == ticket, !state.isStopping else { return nil }
            state.lead += 1
            state.away = nil
            return state.lead
        }
        if let number { lead(number) }
    }

    /// Sends what is left and closes the socket, which goes on sending for at most `linger`. Blocks for a moment.
    func stop(linger: Duration) {
        let (isFree, waiting) = state.withLock { state -> (Bool, WaitingRequests<IncomingRequest>) in
            state.isStopping = true
            state.lead += 1
            defer { state.waiting = WaitingRequests() }
            return (state.away == nil, state.waiting)
        }
        waker.wake()
        // A leader in the delegate has the socket no more; one in the poll gives it back at once.
        if isFree { ended.wait(atMost: Self.leaveLimit) { state.withLock { $0.hasEnded } } }
        refuse(waiting)
        // Replies that are there but still on the way from the handler. A delegate that still blocks its thread has
        // been answered by the service before, so nobody waits for it.
        answered.wait(atMost: Self.replyLimit) { state.withLock { $0.unanswered.isEmpty } }
        outbox.sendAll()
        try? router.set(.linger, to: linger)
        router.close()
        threads.stop()
        log.finish()
    }

    // MARK: - The leading thread

    private func lead(_ number: Int) {
        var requests = Poller(waker: waker)
        requests.watch(router)
        let noRequests = Poller(waker: waker)
        var isTurnOfWaiting = true
        while let turn = turn(number, takesWaiting: isTurnOfWaiting) {
            outbox.sendAll()
            // By turns, so that what is urgent need not wait for all that waits.
            isTurnOfWaiting = turn.waiting == nil
            do {
                if let next = turn.waiting {
                    guard answer(as: number, turn.room, isWaiting: true, { next }) else { return runWaiting() }
                } else if turn.room == .none {
                    // It only sends, so that those that are blocked keep nobody from getting a reply.
                    _ = try noRequests.poll(timeout: turn.pollLimit)
                } else if let message = try router.tryReceive() {
                    connectionGuard?.delivered(message)
                    if turn.room == .urgent { tellOfShortage() }
                    let read = { [self] in Envelope.split(message, from: sender(message.metadata)) }
                    guard answer(as: number, turn.room, isWaiting: false, read) else { return runWaiting() }
                } else {
                    connectionGuard?.foundEmpty()
                    _ = try requests.poll(timeout: turn.pollLimit)
                }
            } catch  where error.code == .terminated || error.code == .closed {
                break
            } catch {
                log.error("The command socket failed", ["error": "\(error)"])
                // Not at once again, should it go on failing.
                _ = try? noRequests.poll(timeout: .milliseconds(100))
            }
        }
        state.withLock { $0.hasEnded = true }
        ended.ring()
    }

    /// What the leading thread may do now.
    private struct Turn {
        let room: DelegateThreads.Room
        /// A request that has waited for a thread.
        let waiting: IncomingRequest?
        /// How long it may wait for messages; nil for as long as it takes.
        let pollLimit: Duration?
    }

    /// What the thread may do; nil where it leads no more.
    private func turn(_ number: Int, takesWaiting: Bool) -> Turn? {
        let room = threads.room(beside: 1)
        return state.withLock { state in
            guard state.lead == number, !state.isStopping else { return nil }
            let waiting = takesWaiting ? state.takeWaiting(room) : nil
            return Turn(room: room, waiting: waiting, pollLimit: state.pollLimit(room))
        }
    }

    /// Has a request answered; false where the lead was lost meanwhile.
    ///
    /// - Parameter read: makes the request, which may block as well: it asks who its sender is.
    private func answer(
        as number: Int,
        _ room: DelegateThreads.Room,
        isWaiting: Bool,
        _ read: () -> IncomingRequest
    ) -> Bool {
        let now = ContinuousClock.now
        let begun = state.withLock { state -> (ticket: UInt64, isShort: Bool, mayWait: Bool)? in
            guard state.lead == number, !state.isStopping else { return nil }
            let ticket = state.begin()
            state.away = State.Away(ticket: ticket, since: now)
            if room == .all { state.progress.noted(now: now) }
            // Also behind those that wait already.
            let mayWait = !isWaiting && (room != .all || !state.waiting.isEmpty)
            return (ticket, state.patience.isShort, mayWait)
        }
        guard let (ticket, isShort, mayWait) = begun else {
            // Stopping: the service, which is closed already, says so. The loop ends at its next turn.
            let request = read()
            if let reply = handler(request) { post(reply, to: request.peer) }
            return true
        }
        if isShort {
            threads.schedule(at: now + LeadPatience.short) { [self] in takeLead(from: ticket, isRelief: false) }
        }
        var request = read()
        request.peer.ticket = ticket
        let reply = mayWait && waits(request) ? nil : run(&request, room)
        let stillLeads = end(ticket, as: number, since: now, isTimed: isShort)
        if stillLeads, isShort { threads.cancelScheduled() }
        if !stillLeads {
            finish(request, reply)
        } else if let reply {
            outbox.send(reply, to: request.peer)
        }
        return stillLeads
    }

    /// A handler has returned on a thread that does not lead.
    func finish(_ request: IncomingRequest, _ reply: [UInt8]?) {
        if let reply { post(reply, to: request.peer) }
        markAnswered(request.peer)
    }

    private func run(_ request: inout IncomingRequest, _ room: DelegateThreads.Room) -> [UInt8]? {
        request.isCrowded = room != .all
        return handler(request)
    }

    /// Whether the thread that has ended this request still leads.
    private func end(_ ticket: UInt64, as number: Int, since: ContinuousClock.Instant, isTimed: Bool) -> Bool {
        state.withLock { state in
            guard state.lead == number else {
                let now = ContinuousClock.now
                state.patience.returned(after: now - since)
                state.progress.noted(now: now)
                return false
            }
            state.away = nil
            state.answered(ticket)
            if isTimed { state.patience.returned(after: .now - since) }
            return true
        }
    }
}
