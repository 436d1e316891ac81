import Dispatch
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
    /// Where the client reads what comes, one after another: not on the thread of whoever publishes.
    private let inbox = DispatchQueue(label: "in-process-client")
    /// Where its requests wait for their turn.
    let lane = RequestLane()
    /// How many published messages wait to be read; what comes beyond that is dropped, as by a subscriber's socket.
    private let unread = Atomic(0)
    private static let mostUnread = 10_000

    private struct State {
        var id: UInt64 = 0
        var receiver: Receiver?
        var subscriptions: [[UInt8]: Int] = [:]
        /// Requests that wait for a service, in the order of their coming.
        var waiting: [(id: UInt64, bytes: [UInt8])] = []
    }

    init(service: InProcessTransport, sender: CommandSender?) {
        self.service = service
        self.sender = sender
    }

    func start(_ receiver: @escaping Receiver) {
        state.withLock { $0.receiver = receiver }
        let (id, isServiceThere) = service.add(self)
        state.withLock { $0.id = id }
        if isServiceThere { serviceChanged(isThere: true) }
    }

    func send(_ request: [UInt8], id: UInt64) {
        let client = state.withLock { $0.id }
        if service.request(request, from: Address(client: client, request: id), self) { return }
        state.withLock { $0.waiting.append((id, request)) }
        // The service may have started in between.
        if service.isServiceThere { sendWaiting() }
    }

    private func sendWaiting() {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        for request in waiting { send(request.bytes, id: request.id) }
    }

    func forget(id: UInt64) {
        state.withLock { state in state.waiting.removeAll { $0.id == id } }
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
            state.receiver = nil
            return state.id
        }
        service.remove(id)
    }

    // MARK: - From the service

    func serviceChanged(isThere: Bool) {
        let receiver = state.withLock { $0.receiver }
        inbox.async { [self] in
            receiver?(.commandsConnected(isThere))
            receiver?(.eventsConnected(isThere))
            if isThere { sendWaiting() }
        }
    }

    func isSubscribed(to topic: [UInt8]) -> Bool {
        state.withLock { state in state.subscriptions.keys.contains { topic.starts(with: $0) } }
    }

    func receive(_ topic: [UInt8], _ payload: [UInt8]) {
        guard unread.add(1, ordering: .relaxed).newValue <= Self.mostUnread else {
            unread.subtract(1, ordering: .relaxed)
            return
        }
        inbox.async { [self] in
            unread.subtract(1, ordering: .relaxed)
            state.withLock { $0.receiver }?(.published([topic, payload]))
        }
    }

    func receive(reply: [UInt8], to request: UInt64) {
        inbox.async { [self] in state.withLock { $0.receiver }?(.reply(reply, id: request)) }
    }

    /// Waits until the client has read what came, or the time is over.
    func waitUntilRead(atMost limit: Duration) {
        let alarm = Alarm()
        inbox.async { alarm.ring() }
        alarm.wait(atMost: limit)
    }
}
