import AcquisitionRPC
import Dispatch
import Logging
import Synchronization
import ZeroMQ

/// Reads requests from the ROUTER, has them answered, and sends the replies.
///
/// One thread leads: it waits in a poll, takes a request, and runs the delegate itself, so that a delegate that
/// answers at once costs no change of threads. A delegate that suspends gives the thread back; one that *blocks* it
/// for more than a few milliseconds loses it: ``relieve()`` starts another leader, which takes the socket over, and the
/// blocked thread, when it returns, leaves its reply in the outbox and ends.
final class CommandLoop: Sendable {
    /// Who sent a message.
    typealias SenderLookup = @Sendable (Message.Metadata) -> CommandSender

    /// Where nobody is asked for a key, whoever comes may do everything.
    static let anybody: SenderLookup = { CommandSender(role: .operator, address: $0.peerAddress) }

    /// How long a delegate may block the leading thread before another one takes the lead.
    private static let patience: Duration = .milliseconds(2)
    /// How many threads there may be at once: all but one for delegates that block; beyond that, only what is urgent is
    /// carried out.
    private static let mostThreads = 64
    /// How many more there may be for that; beyond those, requests wait.
    private static let urgentThreads = 8

    private let router: Socket
    private let connectionGuard: ConnectionGuard?
    private let handler: ServiceTransport.RequestHandler
    private let sender: SenderLookup
    private let logger: Logger
    private let waker: Waker
    private let state = Mutex(State())
    private let outbox = Mutex<[Message]>([])
    private let hasOutgoing = Atomic(false)
    private let undelivered = Atomic(0)
    private let ended = DispatchSemaphore(value: 0)
    private let answered = Alarm()
    /// How long a stop waits for replies that are being written.
    private static let replyLimit: Duration = .milliseconds(500)

    private struct State {
        /// Grows with every change of the lead; only the thread that knows the present number may touch the socket.
        var lead = 0
        var threads = 0
        var isStopping = false
        /// Since when the leader runs the delegate; nil while it has the socket.
        var inDelegateSince: ContinuousClock.Instant?
        /// Whether a thread has been started that is about to take the lead.
        var isRelieving = false
        /// Whose requests are being handled and have no reply yet.
        var unanswered: [PeerAddress] = []
        var toldAboutThreads = false

        /// Whether a delegate blocks the thread that leads.
        var isBlocked: Bool {
            guard let since = inDelegateSince, !isStopping else { return false }
            return ContinuousClock.now - since > CommandLoop.patience
        }

        mutating func answered(_ peer: PeerAddress) {
            if let index = unanswered.firstIndex(of: peer) { unanswered.remove(at: index) }
        }
    }

    /// How many replies found their client gone.
    var undeliveredReplies: Int { undelivered.load(ordering: .relaxed) }

    init(
        router: Socket,
        connectionGuard: ConnectionGuard? = nil,
        handler: @escaping ServiceTransport.RequestHandler,
        sender: @escaping SenderLookup = anybody,
        logger: Logger
    ) throws(ZeroMQError) {
        self.router = router
        self.connectionGuard = connectionGuard
        self.handler = handler
        self.sender = sender
        self.logger = logger
        waker = try Waker()
    }

    /// Begins to read; false where the system has no thread to give.
    func start() -> Bool {
        state.withLock { $0.threads = 1 }
        return Worker.start("rpc-commands") { [self] in lead(0) }
    }

    /// Has the leading thread look once whether there is a request. From any thread.
    func nudge() { waker.wake() }

    /// Sends a reply soon. From any thread.
    func send(_ reply: [UInt8], to peer: PeerAddress) {
        outbox.withLock { $0.append(Envelope.join(reply, to: peer)) }
        hasOutgoing.store(true, ordering: .releasing)
        markAnswered(peer)
        waker.wake()
    }

    private func markAnswered(_ peer: PeerAddress) {
        let isLast = state.withLock { state in
            state.answered(peer)
            return state.isStopping && state.unanswered.isEmpty
        }
        if isLast { answered.ring() }
    }

    /// Gives the lead to another thread where a delegate blocks the one that has it.
    func relieve() {
        let mayStart = state.withLock { state in
            guard state.isBlocked, !state.isRelieving else { return false }
            state.isRelieving = true
            state.threads += 1
            return true
        }
        guard mayStart, !Worker.start("rpc-commands", { [self] in takeLead() }) else { return }
        let isFirst = state.withLock { state in
            state.isRelieving = false
            state.threads -= 1
            defer { state.toldAboutThreads = true }
            return !state.toldAboutThreads
        }
        if isFirst { logger.error("The system has no thread to replace one that a delegate blocks") }
    }

    /// The new thread takes the lead itself, so that nobody ever waits for a thread that did not come.
    private func takeLead() {
        let number = state.withLock { state -> Int? in
            state.isRelieving = false
            guard state.isBlocked else {
                state.threads -= 1
                return nil
            }
            state.lead += 1
            state.inDelegateSince = nil
            return state.lead
        }
        if let number { lead(number) }
    }

    /// Sends what is left and closes the socket, which goes on sending for at most `linger`. Blocks for a moment.
    func stop(linger: Duration) {
        let isFree = state.withLock { state in
            state.isStopping = true
            defer { state.lead += 1 }
            return state.inDelegateSince == nil
        }
        waker.wake()
        // A leader in the delegate has the socket no more; one in the poll gives it back at once.
        if isFree { ended.wait() }
        waitForReplies()
        sendOutgoing()
        try? router.set(.linger, to: linger)
        router.close()
    }

    /// Replies that are there but still on the way from the handler. A delegate that still blocks its thread has been
    /// answered by the service before, so nobody waits for it.
    private func waitForReplies() {
        answered.wait(atMost: Self.replyLimit) { state.withLock { $0.unanswered.isEmpty } }
    }

    // MARK: - The leading thread

    private func lead(_ number: Int) {
        var requests = Poller(waker: waker)
        requests.watch(router)
        let noRequests = Poller(waker: waker)
        while let mayRead = turn(number) {
            if hasOutgoing.load(ordering: .acquiring) { sendOutgoing() }
            do {
                if mayRead == Reading.none {
                    _ = try noRequests.poll()
                } else if let message = try router.tryReceive() {
                    connectionGuard?.delivered(message)
                    guard answer(message, as: number, isCrowded: mayRead == .urgent) else { return leave() }
                } else {
                    connectionGuard?.foundEmpty()
                    _ = try requests.poll()
                }
            } catch  where error.code == .terminated || error.code == .closed {
                break
            } catch {
                logger.error("The command socket failed", metadata: ["error": "\(error)"])
                // Not at once again, should it go on failing.
                _ = try? noRequests.poll(timeout: .milliseconds(100))
            }
        }
        leave()
        ended.signal()
    }

    /// What the leading thread may read.
    private enum Reading {
        case all
        /// Only what is urgent is carried out, the rest refused.
        case urgent
        /// Nothing: it only sends, so that those that are blocked keep nobody from getting a reply.
        case none
    }

    /// What the thread may read; nil where it leads no more.
    private func turn(_ number: Int) -> Reading? {
        let (reading, isNews) = state.withLock { state -> (Reading?, Bool) in
            guard state.lead == number, !state.isStopping else { return (nil, false) }
            if state.threads < Self.mostThreads { return (.all, false) }
            defer { state.toldAboutThreads = true }
            let isUrgent = state.threads < Self.mostThreads + Self.urgentThreads
            return (isUrgent ? .urgent : Reading.none, !state.toldAboutThreads)
        }
        if isNews {
            let count = Self.mostThreads - 1
            logger.warning("Delegates block \(count) threads; until one returns, only an emergency stop is carried out")
        }
        return reading
    }

    private func leave() {
        let wasFull = state.withLock { state in
            state.threads -= 1
            return state.threads == Self.mostThreads + Self.urgentThreads - 1
        }
        if wasFull { waker.wake() }
        // The one that leads may wait for the thread that has just become free.
        relieve()
    }

    /// Has a request answered; false where the lead was lost meanwhile.
    private func answer(_ message: Message, as number: Int, isCrowded: Bool) -> Bool {
        var request = Envelope.split(message, from: sender(message.metadata))
        request.isCrowded = isCrowded
        let mayAnswer = state.withLock { state in
            guard state.lead == number, !state.isStopping else { return false }
            state.inDelegateSince = .now
            state.unanswered.append(request.peer)
            return true
        }
        // Stopping: the loop ends at its next turn.
        guard mayAnswer else { return true }
        let reply = handler(request)
        let stillLeads = state.withLock { state in
            guard state.lead == number else { return false }
            state.inDelegateSince = nil
            state.answered(request.peer)
            return true
        }
        if stillLeads {
            if let reply { transmit(Envelope.join(reply, to: request.peer)) }
        } else if let reply {
            send(reply, to: request.peer)
        } else {
            markAnswered(request.peer)
        }
        return stillLeads
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
            if try !router.trySend(message) {
                logger.warning("A reply was dropped, since its client does not read")
            } else {
                connectionGuard?.replied(message)
            }
        } catch  where error.code == .hostUnreachable {
            undelivered.add(1, ordering: .relaxed)
            logger.debug("A reply was dropped, since its client is gone")
        } catch {
            logger.error("A reply could not be sent", metadata: ["error": "\(error)"])
        }
    }
}
