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
    static let anybody: SenderLookup = { CommandSender(role: .operator, address: $0.peerAddress) }

    /// How long a stop waits for the socket, and for replies that are being written.
    private static let stopLimit: Duration = .milliseconds(500)
    /// How soon the lead is handed over again, where the system had no thread for it.
    private static let retryInterval: Duration = .milliseconds(10)

    private let router: Socket
    private let connectionGuard: ConnectionGuard?
    private let handler: ServiceTransport.RequestHandler
    private let sender: SenderLookup
    private let logger: Logger
    private let threads: DelegateThreads
    private let waker: Waker
    private let state = Mutex(State())
    /// Replies that other threads than the leading one have; no more than there are requests under way.
    private let outbox = Mutex<[Message]>([])
    private let hasOutgoing = Atomic(false)
    private let undelivered = Atomic(0)
    private let ended = Alarm()
    private let answered = Alarm()

    private struct State {
        /// Grows with every change of the lead; only the thread that knows the present number may touch the socket.
        var lead = 0
        var isStopping = false
        /// Whether the leader has returned from the socket for good.
        var hasEnded = false
        /// Since when the leader has been away from the socket, with a request; nil while it has the socket.
        var awaySince: ContinuousClock.Instant?
        /// The number of the request that came last, which is that of the leader while it is away.
        var lastTicket: UInt64 = 0
        /// The requests whose handler has not returned, and that have no reply yet.
        var unanswered: [UInt64] = []
        /// Whether a thread was found that is about to take the lead.
        var isRelieving = false
        var patience = LeadPatience()
        /// Requests that wait for a thread.
        var waiting = WaitingRequests<IncomingRequest>()
        var progress = Progress()
        var wasToldOfShortage = false

        mutating func begin() -> UInt64 {
            lastTicket += 1
            unanswered.append(lastTicket)
            return lastTicket
        }

        /// Whether the log has not been told of this shortage of threads.
        var isFirstWordOfShortage: Bool {
            mutating get {
                defer { wasToldOfShortage = true }
                return !wasToldOfShortage
            }
        }

        mutating func answered(_ ticket: UInt64) {
            // The last one most of the time; never more than there are threads.
            if let index = unanswered.lastIndex(of: ticket) { unanswered.remove(at: index) }
        }
    }

    /// How many replies found their client gone, or not reading.
    var undeliveredReplies: Int { undelivered.load(ordering: .relaxed) }

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
        self.logger = logger
        self.threads = threads
        waker = try Waker()
    }

    /// Begins to read; false where the system has no threads to give.
    func start() -> Bool {
        guard threads.start(whenFreed: { [waker] in waker.wake() }) else { return false }
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

    private func post(_ reply: [UInt8], to peer: PeerAddress) {
        outbox.withLock { $0.append(Envelope.join(reply, to: peer)) }
        hasOutgoing.store(true, ordering: .releasing)
        waker.wake()
    }

    /// Gives the lead to another thread where a delegate blocks the one that has it; when to look again.
    func relieve() -> ContinuousClock.Instant? {
        let now = ContinuousClock.now
        let (ticket, again) = state.withLock { state -> (UInt64?, ContinuousClock.Instant?) in
            guard let since = state.awaySince, !state.isStopping else { return (nil, nil) }
            guard now - since > LeadPatience.long else { return (nil, since + LeadPatience.long) }
            state.patience.blocked()
            guard !state.isRelieving else { return (nil, now + Self.retryInterval) }
            state.isRelieving = true
            return (state.lastTicket, now + Self.retryInterval)
        }
        guard let ticket, !threads.run({ [self] in takeLead(from: ticket, isRelief: true) }) else { return again }
        let isFirst = state.withLock { state in
            state.isRelieving = false
            return state.isFirstWordOfShortage
        }
        if isFirst { logger.error("The system has no thread to replace one that a delegate blocks") }
        return again
    }

    /// The new thread takes the lead itself, so that nobody ever waits for a thread that did not come.
    private func takeLead(from ticket: UInt64, isRelief: Bool) {
        let number = state.withLock { state -> Int? in
            if isRelief { state.isRelieving = false }
            guard state.awaySince != nil, state.lastTicket == ticket, !state.isStopping else { return nil }
            state.lead += 1
            state.awaySince = nil
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
            return (state.awaySince == nil, state.waiting)
        }
        waker.wake()
        // A leader in the delegate has the socket no more; one in the poll gives it back at once.
        if isFree { ended.wait(atMost: Self.stopLimit) { state.withLock { $0.hasEnded } } }
        refuse(waiting, isCrowded: false)
        // Replies that are there but still on the way from the handler. A delegate that still blocks its thread has
        // been answered by the service before, so nobody waits for it.
        answered.wait(atMost: Self.stopLimit) { state.withLock { $0.unanswered.isEmpty } }
        sendOutgoing()
        try? router.set(.linger, to: linger)
        router.close()
        threads.stop()
    }

    // MARK: - The leading thread

    private func lead(_ number: Int) {
        var requests = Poller(waker: waker)
        requests.watch(router)
        let noRequests = Poller(waker: waker)
        var isTurnOfWaiting = true
        while let turn = turn(number, takesWaiting: isTurnOfWaiting) {
            if hasOutgoing.load(ordering: .acquiring) { sendOutgoing() }
            // By turns, so that what is urgent need not wait for all that waits.
            isTurnOfWaiting = turn.waiting == nil
            do {
                if let next = turn.waiting {
                    guard answer(as: number, turn.room, isWaiting: true, { next }) else { return runWaiting() }
                } else if turn.room == .none {
                    // It only sends, so that those that are blocked keep nobody from getting a reply.
                    _ = try noRequests.poll(timeout: refuseStuck(turn.room))
                } else if let message = try router.tryReceive() {
                    connectionGuard?.delivered(message)
                    if turn.room == .urgent { tellOfShortage() }
                    let read = { [self] in Envelope.split(message, from: sender(message.metadata)) }
                    guard answer(as: number, turn.room, isWaiting: false, read) else { return runWaiting() }
                } else {
                    connectionGuard?.foundEmpty()
                    _ = try requests.poll(timeout: refuseStuck(turn.room))
                }
            } catch  where error.code == .terminated || error.code == .closed {
                break
            } catch {
                logger.error("The command socket failed", metadata: ["error": "\(error)"])
                // Not at once again, should it go on failing.
                _ = try? noRequests.poll(timeout: .milliseconds(100))
            }
        }
        state.withLock { $0.hasEnded = true }
        ended.ring()
    }

    /// What the leading thread may do, and a request that has waited for it; nil where the thread leads no more.
    private func turn(
        _ number: Int,
        takesWaiting: Bool
    ) -> (room: DelegateThreads.Room, waiting: IncomingRequest?)? {
        let room = threads.room(beside: 1)
        return state.withLock { state in
            guard state.lead == number, !state.isStopping else { return nil }
            return (room, room == .all && takesWaiting ? state.waiting.popFirst() : nil)
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
            state.awaySince = now
            if room == .all { state.progress.noted(now: now) }
            // Behind those that wait already.
            let mayWait = room != .all || !isWaiting && !state.waiting.isEmpty
            return (state.begin(), state.patience.isShort, mayWait)
        }
        // Stopping: the loop ends at its next turn.
        guard let (ticket, isShort, mayWait) = begun else { return true }
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
            transmit(Envelope.join(reply, to: request.peer))
        }
        return stillLeads
    }

    /// A handler has returned on a thread that does not lead.
    private func finish(_ request: IncomingRequest, _ reply: [UInt8]?) {
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
            state.awaySince = nil
            state.answered(ticket)
            if isTimed { state.patience.returned(after: .now - since) }
            return true
        }
    }

    private func sendOutgoing() {
        hasOutgoing.store(false, ordering: .sequentiallyConsistent)
        let messages = outbox.withLock { outbox in
            defer { outbox = [] }
            return outbox
        }
        for message in messages { transmit(message) }
    }

    private func transmit(_ message: Message) {
        do {
            if try router.trySend(message) { return }
            undelivered.add(1, ordering: .relaxed)
            logger.debug("A reply was dropped, since its client does not read")
        } catch  where error.code == .hostUnreachable {
            undelivered.add(1, ordering: .relaxed)
            logger.debug("A reply was dropped, since its client is gone")
        } catch {
            logger.error("A reply could not be sent", metadata: ["error": "\(error)"])
        }
    }
}

// MARK: - Where there are not enough threads

extension CommandLoop {
    /// Lets a request wait for a thread, where it has to; false where it is to be answered now.
    private func waits(_ request: IncomingRequest) -> Bool {
        guard RequestUrgency(request) == .ordinary else { return false }
        let client = request.peer.envelope.first ?? []
        let bytes = request.frames.reduce(0) { $0 + $1.count }
        let now = ContinuousClock.now
        return state.withLock { state in
            !state.isStopping && !state.progress.isStuck(now: now)
                && state.waiting.add(request, client: client, bytes: bytes)
        }
    }

    /// Carries out what waits, on a thread that has come back from a delegate and does not lead any more.
    private func runWaiting() {
        while threads.room(beside: 0) == .all {
            let now = ContinuousClock.now
            let next = state.withLock { state -> IncomingRequest? in
                guard !state.isStopping, var request = state.waiting.popFirst() else { return nil }
                state.progress.noted(now: now)
                request.peer.ticket = state.begin()
                return request
            }
            guard let next else { return }
            let reply = handler(next)
            state.withLock { $0.progress.noted(now: .now) }
            finish(next, reply)
        }
    }

    /// Refuses what waits where delegates do not get on; how long the leading thread may wait before it looks again.
    private func refuseStuck(_ room: DelegateThreads.Room) -> Duration? {
        let now = ContinuousClock.now
        let (stuck, deadline) = state.withLock { state -> (WaitingRequests<IncomingRequest>?, Duration?) in
            guard !state.waiting.isEmpty else { return (nil, nil) }
            if room == .all { return (nil, .zero) }
            guard state.progress.isStuck(now: now) else { return (nil, state.progress.deadline - now) }
            defer { state.waiting = WaitingRequests() }
            return (state.waiting, nil)
        }
        if let stuck { refuse(stuck, isCrowded: true) }
        return stuck == nil ? deadline : .zero
    }

    /// Gives requests to the service without a thread for its delegate: it is crowded, or stops.
    private func refuse(_ requests: WaitingRequests<IncomingRequest>, isCrowded: Bool) {
        var requests = requests
        while var request = requests.popFirst() {
            request.isCrowded = isCrowded
            if let reply = handler(request) { post(reply, to: request.peer) }
        }
    }

    private func tellOfShortage() {
        guard state.withLock({ $0.isFirstWordOfShortage }) else { return }
        logger.warning(
            "Delegates block every thread; until one returns, only an emergency stop is carried out",
            metadata: ["threads": "\(threads.workingCount)"]
        )
    }
}
