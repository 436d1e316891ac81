import AcquisitionRPC
import Logging
import Synchronization
import ZeroMQ

/// Replies on their way to the ROUTER. Any thread leaves one here; the thread that has the socket sends them.
///
/// There are never more than requests under way, which the service's limits bound.
final class ReplyOutbox: Sendable {
    private let router: Socket
    /// Bounds the bytes that wait for one client; nil in tests that need none.
    private let connectionGuard: ConnectionGuard?
    private let log: RepeatLogger
    private let waiting = Mutex<[Message]>([])
    private let hasWaiting = Atomic(false)
    private let undelivered = Atomic(0)

    init(router: Socket, connectionGuard: ConnectionGuard?, log: RepeatLogger) {
        self.router = router
        self.connectionGuard = connectionGuard
        self.log = log
    }

    /// How many replies found their client gone, or not reading.
    var undeliveredCount: Int { undelivered.load(ordering: .relaxed) }

    /// Leaves a reply for ``sendAll()``. From any thread.
    func leave(_ reply: [UInt8], for peer: PeerAddress) {
        waiting.withLock { $0.append(Envelope.join(reply, to: peer)) }
        hasWaiting.store(true, ordering: .releasing)
    }

    /// Sends what was left; by the thread that has the socket.
    func sendAll() {
        guard hasWaiting.load(ordering: .acquiring) else { return }
        hasWaiting.store(false, ordering: .sequentiallyConsistent)
        let messages = waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        for message in messages { transmit(message) }
    }

    /// Sends a reply; by the thread that has the socket.
    func send(_ reply: [UInt8], to peer: PeerAddress) { transmit(Envelope.join(reply, to: peer)) }

    private func transmit(_ message: Message) {
        do {
            if try router.trySend(message) {
                connectionGuard?.replied(message)
                return
            }
            undelivered.add(1, ordering: .relaxed)
            log.warning("A reply was dropped, since its client does not read")
        } catch  where error.code == .hostUnreachable {
            undelivered.add(1, ordering: .relaxed)
            log.log(.debug, "A reply was dropped, since its client is gone")
        } catch {
            undelivered.add(1, ordering: .relaxed)
            log.error("A reply could not be sent", ["error": "\(error)"])
        }
    }
}
