import Synchronization

/// One client's end of an ``InProcessTransport``.
final class InProcessClientTransport: ClientTransport {
    /// Which request of which client a reply belongs to.
    struct Address: Sendable, Hashable {
        let client: UInt64
        let request: UInt64

        init(client: UInt64, request: UInt64) {
            self.client = client
            self.request = request
        }

        /// Nil for the address of a peer of another transport.
        init?(_ peer: PeerAddress) {
            guard peer.envelope.count == 2, peer.envelope[0].starts(with: Self.mark),
                let client = Self.number(Array(peer.envelope[0].dropFirst(Self.mark.count))),
                let request = Self.number(peer.envelope[1])
            else { return nil }
            self.init(client: client, request: request)
        }

        var peer: PeerAddress {
            PeerAddress(envelope: [Self.mark + Array(String(client).utf8), Array(String(request).utf8)])
        }

        /// What no identity of ZeroMQ begins with: those that it makes have 5 bytes, those that peers choose do not begin
        /// with 0.
        private static let mark: [UInt8] = [0] + Array("inside ".utf8)

        private static func number(_ bytes: [UInt8]) -> UInt64? { UInt64(String(decoding: bytes, as: UTF8.self)) }
    }

    private let service: InProcessTransport
    let sender: CommandSender?
    private let state = Mutex(State())
    private let inbox = ClientInbox()

    private struct State {
        var id: UInt64 = 0
        var isClosed = false
        var subscriptions: [[UInt8]: Int] = [:]
    }

    init(service: InProcessTransport, sender: CommandSender?) {
        self.service = service
        self.sender = sender
    }

    func start(_ receiver: @escaping Receiver) throws(RpcClientError) {
        guard inbox.start(receiver) else {
            throw RpcClientError(.transport, "The system has no thread for the client")
        }
        let (id, isServiceThere) = service.add(self)
        state.withLock { $0.id = id }
        if isServiceThere { serviceChanged(isThere: true) }
    }

    func send(_ request: [UInt8], id: UInt64) {
        let client = state.withLock { $0.isClosed ? nil : $0.id }
        if let client { service.request(request, id: id, of: client, sender) }
    }

    func forget(id: UInt64) {
        service.forget(id: id, of: state.withLock { $0.id })
    }

    func subscribe(_ prefix: [UInt8]) {
        state.withLock { $0.subscriptions[prefix, default: 0] += 1 }
    }

    func unsubscribe(_ prefix: [UInt8]) {
        state.withLock { state in
            guard let count = state.subscriptions[prefix] else { return }
            state.subscriptions[prefix] = count > 1 ? count - 1 : nil
        }
    }

    func reconnectSubscriber() {}
    func reconnectCommands() {}

    func close() {
        let id = state.withLock { state in
            state.isClosed = true
            return state.id
        }
        service.remove(id)
        inbox.close()
    }

    // MARK: - From the service

    func serviceChanged(isThere: Bool) {
        inbox.put(.commandsConnected(isThere))
        inbox.put(.eventsConnected(isThere))
    }

    func isSubscribed(to topic: [UInt8]) -> Bool {
        state.withLock { state in state.subscriptions.keys.contains { topic.starts(with: $0) } }
    }

    func receive(_ topic: [UInt8], _ payload: [UInt8]) { inbox.put(published: topic, payload) }

    func receive(reply: [UInt8], to request: UInt64) { inbox.put(.reply(reply, id: request)) }

    /// Waits until the client has read what came, or the time is over.
    func waitUntilRead(atMost limit: Duration) { inbox.waitUntilRead(atMost: limit) }
}
