import AcquisitionModel
import AcquisitionRPC
import ZeroMQ

/// The XPUB socket's end for the service. A publisher that outlives its transport finds the socket closed.
///
/// An XPUB sends as a PUB does, and tells of every subscription, which is counted: libzmq itself keeps as many as come.
final class EventPublisher: MessagePublisher {
    private let socket: Socket
    private let connectionGuard: ConnectionGuard
    /// How many subscriptions are read before they are counted.
    private static let batch = 1_000
    /// How many such batches are read after one event at the most.
    private static let batches = 64

    init(_ socket: Socket, _ connectionGuard: ConnectionGuard) {
        self.socket = socket
        self.connectionGuard = connectionGuard
    }

    func publish(_ topic: ApiTopic, _ payload: RawSpan) throws(RpcServiceError) {
        do {
            // An XPUB never waits: what a subscriber cannot take is dropped for that subscriber.
            _ = try withUnsafeBytes(of: topic.rawValue.littleEndian) { bytes throws(ZeroMQError) in
                try socket.trySend(bytes.bytes, payload)
            }
        } catch {
            throw RpcServiceError(.transport, "The message was not sent: \(error)", errno: error.errno)
        }
        if connectionGuard.published(payload.byteCount) { readSubscriptions() }
    }

    /// Reads what subscribers have sent, all that libzmq has put into effect: it does that when something is sent. Rare: only
    /// after something has arrived from one of them.
    private func readSubscriptions() {
        connectionGuard.readsSubscriptions()
        for _ in 0..<Self.batches {
            var messages: [Message] = []
            // What fails here fails the next time too, and then it is told.
            while messages.count < Self.batch, let message = try? socket.tryReceive() { messages.append(message) }
            connectionGuard.subscribed(messages)
            if messages.count < Self.batch { return }
        }
        connectionGuard.leavesSubscriptions()
    }
}
