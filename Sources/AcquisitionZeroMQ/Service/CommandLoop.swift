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
    /// How long a delegate may block the leading thread before another one takes the lead.
    private static let patience: Duration = .milliseconds(2)
    /// How many threads delegates may block at once; beyond that, requests wait.
    private static let mostThreads = 64

    private let router: Socket
    private let handler: ServiceTransport.RequestHandler
    private let logger: Logger
    private let waker: Waker
    private let state = Mutex(State())
    private let outbox = Mutex<[Message]>([])
    private let hasOutgoing = Atomic(false)
    private let ended = DispatchSemaphore(value: 0)

    private struct State {
        /// Grows with every change of the lead; only the thread that knows the present number may touch the socket.
        var lead = 0
        var threads = 0
        var isStopping = false
        /// Since when the leader runs the delegate; nil while it has the socket.
        var inDelegateSince: ContinuousClock.Instant?
        var toldAboutThreads = false
    }

    init(
        router: Socket,
        handler: @escaping ServiceTransport.RequestHandler,
        logger: Logger
    ) throws(ZeroMQError) {
        self.router = router
        self.handler = handler
        self.logger = logger
        waker = try Waker()
    }

    /// Begins to read; false where the system has no thread to give.
    func start() -> Bool {
        state.withLock { $0.threads = 1 }
        return Worker.start("rpc-commands") { [self] in lead(0) }
    }

    /// Sends a message soon. From any thread.
    func send(_ message: Message) {
        outbox.withLock { $0.append(message) }
        hasOutgoing.store(true, ordering: .releasing)
        waker.wake()
    }

    /// Gives the lead to another thread where a delegate blocks the one that has it.
    func relieve() {
        let lead = state.withLock { state -> Int? in
            guard let since = state.inDelegateSince, !state.isStopping, ContinuousClock.now - since > Self.patience
            else { return nil }
            guard state.threads < Self.mostThreads else {
                if !state.toldAboutThreads {
                    state.toldAboutThreads = true
                    logger.warning("Delegates block \(state.threads) threads; requests wait until one of them returns")
                }
                return nil
            }
            state.lead += 1
            state.threads += 1
            state.inDelegateSince = nil
            return state.lead
        }
        guard let lead else { return }
        if !Worker.start("rpc-commands", { [self] in self.lead(lead) }) {
            logger.error("The system has no thread to replace one that a delegate blocks")
            // The blocked thread finds that it leads again.
            state.withLock { state in
                state.lead -= 1
                state.threads -= 1
            }
        }
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
        sendOutgoing()
        try? router.set(.linger, to: linger)
        router.close()
    }

    // MARK: - The leading thread

    private func lead(_ number: Int) {
        var poller = Poller(waker: waker)
        poller.watch(router)
        while leads(number) {
            if hasOutgoing.load(ordering: .acquiring) { sendOutgoing() }
            do {
                if let message = try router.tryReceive() {
                    guard answer(message, as: number) else { return leave() }
                } else {
                    _ = try poller.poll()
                }
            } catch  where error.code == .terminated || error.code == .closed {
                break
            } catch {
                logger.error("The command socket failed", metadata: ["error": "\(error)"])
            }
        }
        leave()
        ended.signal()
    }

    private func leads(_ number: Int) -> Bool {
        state.withLock { $0.lead == number && !$0.isStopping }
    }

    private func leave() {
        state.withLock { $0.threads -= 1 }
    }

    /// Has a request answered; false where the lead was lost meanwhile.
    private func answer(_ message: Message, as number: Int) -> Bool {
        let request = Envelope.split(message)
        let mayAnswer = state.withLock { state in
            guard state.lead == number, !state.isStopping else { return false }
            state.inDelegateSince = .now
            return true
        }
        // Stopping: the loop ends at its next turn.
        guard mayAnswer else { return true }
        let reply = handler(request)
        let stillLeads = state.withLock { state in
            guard state.lead == number else { return false }
            state.inDelegateSince = nil
            return true
        }
        guard let reply else { return stillLeads }
        if stillLeads {
            transmit(Envelope.join(reply, to: request.peer))
        } else {
            send(Envelope.join(reply, to: request.peer))
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
            }
        } catch  where error.code == .hostUnreachable {
            logger.debug("A reply was dropped, since its client is gone")
        } catch {
            logger.error("A reply could not be sent", metadata: ["error": "\(error)"])
        }
    }
}
