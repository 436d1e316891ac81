public import AcquisitionModel
import Synchronization

/// Carries a service and its clients within one process, without a socket: for tests, and for programs that talk to
/// themselves.
///
/// ```swift
/// let transport = InProcessTransport()
/// let service = TransportRpcService(options: RpcOptions(), transport: transport, logger: Logger(label: "rpc"))
/// let client = RpcClient(transport: transport.connect())
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
    public func connect() -> any ClientTransport {
        InProcessClientTransport(service: self)
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

    /// Hands a message to every client that subscribed to it.
    public func publish(_ topic: ApiTopic, _ payload: RawSpan) {
        let payload = payload.withUnsafeBytes { Array($0) }
        for client in state.withLock({ Array($0.clients.values) }) { client.receive(topic.frame, payload) }
    }

    /// Hands a late reply to its client.
    public func reply(_ bytes: [UInt8], to peer: PeerAddress) {
        guard let address = InProcessClientTransport.Address(peer) else { return }
        state.withLock { $0.clients[address.client] }?.receive(reply: bytes, to: address.request)
    }

    /// Closes the ear.
    public func stop(flush: Duration) {
        let clients = state.withLock { state in
            state.handler = nil
            return Array(state.clients.values)
        }
        for client in clients { client.serviceChanged(isThere: false) }
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

    /// Gives a request to the service; false where there is none.
    func request(_ bytes: [UInt8], from address: InProcessClientTransport.Address) -> Bool {
        guard let handler = state.withLock({ $0.handler }) else { return false }
        Task {
            let peer = address.peer
            if let reply = handler(IncomingRequest(peer: peer, frames: [bytes])) { self.reply(reply, to: peer) }
        }
        return true
    }
}
