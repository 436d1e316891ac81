public import AcquisitionModel
import Synchronization

/// Carries a service and its clients within one process, without a socket: for tests, for programs that talk to
/// themselves, and, beside another transport, for what a program embeds together with its service: a gateway.
///
/// ```swift
/// let inside = InProcessTransport()
/// let service = createApiService(ApiOptions(), inside: inside)   // import AcquisitionZeroMQ
/// let client = try RpcClient(transport: inside.connect())
/// ```
public final class InProcessTransport: ServiceTransport, MessagePublisher {
    private let state = Mutex(State())

    private struct State {
        var handler: RequestHandler?
        var lastID: UInt64 = 0
        var clients: [UInt64: InProcessClientTransport] = [:]
    }

    /// A transport that no service uses yet.
    public init() {}

    /// A connection for one client. May be made before the service starts.
    ///
    /// - Parameter sender: whom the service takes the client for: what it may do, and how the audit file calls it; nil for
    ///   the program itself, which may do everything.
    public func connect(as sender: CommandSender? = nil) -> any ClientTransport {
        InProcessClientTransport(service: self, sender: sender)
    }

    /// Opens the ear.
    public func start(
        _ handler: @escaping RequestHandler
    ) throws(RpcServiceError) -> (endpoints: RpcEndpoints, publisher: any MessagePublisher) {
        let clients = try state.withLock { state throws(RpcServiceError) in
            guard state.handler == nil else {
                throw RpcServiceError(.cannotBind, "Another service uses this transport", endpoint: "inproc")
            }
            state.handler = handler
            return Array(state.clients.values)
        }
        for client in clients { client.serviceChanged(isThere: true) }
        return (RpcEndpoints(subscriber: ["in-process"], command: ["in-process"]), self)
    }

    /// Hands a message to every client that subscribed to it. They read it on threads of their own.
    public func publish(_ topic: ApiTopic, _ payload: RawSpan) {
        let frame = topic.frame
        let clients = state.withLock { $0.clients.values.filter { $0.isSubscribed(to: frame) } }
        guard !clients.isEmpty else { return }
        let payload = payload.withUnsafeBytes { Array($0) }
        for client in clients { client.receive(frame, payload) }
    }

    /// Hands a late reply to its client.
    public func reply(_ bytes: [UInt8], to peer: PeerAddress) {
        guard let address = InProcessClientTransport.Address(peer) else { return }
        state.withLock { $0.clients[address.client] }?.receive(reply: bytes, to: address.request)
    }

    /// Closes the ear. What was published is read by the clients, within `flush`.
    public func stop(flush: Duration) {
        let clients = state.withLock { state in
            state.handler = nil
            return Array(state.clients.values)
        }
        let deadline = ContinuousClock.now + flush
        for client in clients { client.serviceChanged(isThere: false) }
        for client in clients { client.waitUntilRead(atMost: deadline - .now) }
    }

    /// Takes a client in; its number, and whether the service runs.
    func add(_ client: InProcessClientTransport) -> (id: UInt64, isServiceThere: Bool) {
        state.withLock { state in
            state.lastID += 1
            state.clients[state.lastID] = client
            return (state.lastID, state.handler != nil)
        }
    }

    var isServiceThere: Bool { state.withLock { $0.handler != nil } }

    func remove(_ id: UInt64) {
        state.withLock { _ = $0.clients.removeValue(forKey: id) }
    }

    /// Gives a request to the service, after those of the same client; false where there is none.
    func request(
        _ bytes: [UInt8],
        from address: InProcessClientTransport.Address,
        _ client: InProcessClientTransport
    ) -> Bool {
        guard let handler = state.withLock({ $0.handler }) else { return false }
        client.lane.run(isUrgent: { Self.isEmergencyStop(bytes) }) { [self, sender = client.sender] isCrowded in
            let peer = address.peer
            var request = IncomingRequest(peer: peer, frames: [bytes], sender: sender)
            request.isCrowded = isCrowded
            if let reply = handler(request) { self.reply(reply, to: peer) }
        }
        return true
    }

    private static func isEmergencyStop(_ request: [UInt8]) -> Bool {
        (try? ApiCommandRequest(bytes: request))?.command == .emergencyStop
    }
}
