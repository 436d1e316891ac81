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
    private let requests = Mutex(RequestScheduler())
    private let undelivered = Atomic(0)
    private let makeThreads: @Sendable () -> DelegateThreads
    private static let noThreads = RpcServiceError(.transport, "The system has no thread for the service")

    private struct State {
        var running: Running?
        var lastID: UInt64 = 0
        var clients: [UInt64: InProcessClientTransport] = [:]
    }

    /// A service that uses the transport.
    private struct Running {
        /// The number that ``RequestScheduler`` knows it by.
        var number = 0
        let handler: RequestHandler
        let threads: DelegateThreads
    }

    /// A transport that no service uses yet.
    public convenience init() { self.init { DelegateThreads("rpc-inside", limits: Self.limits) } }

    /// A transport whose threads are made by `threads`; for tests.
    package init(threads: @escaping @Sendable () -> DelegateThreads) { makeThreads = threads }

    /// One thread for what may block, and one for what is urgent, from the start on.
    package static var limits: DelegateThreads.Limits {
        var limits = DelegateThreads.Limits()
        limits.parked = 2
        return limits
    }

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
        let threads = makeThreads()
        guard threads.start(whenFreed: { [weak self] in _ = self?.tick() }) else { throw Self.noThreads }
        let clients = state.withLock { state -> [InProcessClientTransport]? in
            guard state.running == nil else { return nil }
            let number = requests.withLock { $0.open(now: .now) }
            state.running = Running(number: number, handler: handler, threads: threads)
            return Array(state.clients.values)
        }
        guard let clients else {
            threads.stop()
            throw RpcServiceError(.cannotBind, "Another service uses this transport", endpoint: "inproc")
        }
        for client in clients { client.serviceChanged(isThere: true) }
        // For what clients have sent before.
        tick()
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
        guard let client = state.withLock({ $0.clients[address.client] }) else {
            undelivered.add(1, ordering: .relaxed)
            return
        }
        client.receive(reply: bytes, to: address.request)
    }

    /// How many replies found their client gone.
    public var undeliveredReplies: Int { undelivered.load(ordering: .relaxed) }

    /// Lets requests pass one that blocks, and refuses them where delegates do not get on.
    @discardableResult
    public func tick() -> ContinuousClock.Instant? {
        guard let running = state.withLock({ $0.running }) else { return nil }
        // Makes threads only where there is something to do.
        let room = requests.withLock { $0.hasReady } ? Self.room(running) : .all
        let (isWaking, again) = requests.withLock { $0.look(room, now: .now) }
        if isWaking { wake(running) }
        return again
    }

    /// Closes the ear. What was published is read by the clients, within `flush`.
    public func stop(flush: Duration) {
        let (running, clients) = state.withLock { state in
            (state.running.take(), Array(state.clients.values))
        }
        let deadline = ContinuousClock.now.saturating(adding: flush)
        if let running {
            // They learn that the service stops.
            for run in requests.withLock({ $0.close() }) { carryOut(run, running) }
            running.threads.stop()
        }
        for client in clients { client.serviceChanged(isThere: false) }
        for client in clients { client.waitUntilRead(atMost: deadline - .now) }
    }

    // MARK: - Clients

    /// Takes a client in; its number, and whether the service runs.
    func add(_ client: InProcessClientTransport) -> (id: UInt64, isServiceThere: Bool) {
        state.withLock { state in
            state.lastID += 1
            state.clients[state.lastID] = client
            return (state.lastID, state.running != nil)
        }
    }

    func remove(_ id: UInt64) {
        let client = state.withLock { $0.clients.removeValue(forKey: id) }
        requests.withLock { $0.remove(id) }
        withExtendedLifetime(client) {}
    }

    /// Gives a request to the service, after those of the same client; where there is none, as soon as there is.
    func request(_ bytes: [UInt8], id: UInt64, of client: UInt64, _ sender: CommandSender?) {
        let running = state.withLock { $0.running }
        let room = running.map(Self.room) ?? .all
        let mayWait = room != .all || requests.withLock { $0.isBusy(client) }
        let isUrgent = mayWait && RequestUrgency(bytes) == .urgent
        let action = requests.withLock { requests in
            requests.add(bytes, id: id, of: client, sender, isUrgent: isUrgent, room: room, now: .now)
        }
        guard let running = running ?? state.withLock({ $0.running }) else { return }
        switch action {
        case .nothing: return
        case .wake: wake(running)
        case .refuse(let run): carryOut(run, running)
        }
    }

    func forget(id: UInt64, of client: UInt64) {
        requests.withLock { $0.forget(id: id, of: client) }
    }

    // MARK: - Threads

    /// Room for one thread more that a delegate may block, beside one that is kept.
    private static func room(_ running: Running) -> DelegateThreads.Room { running.threads.room(beside: 2, parked: 2) }

    /// Has a thread look what there is to do. Where the system has none to give, ``tick()`` tries again.
    private func wake(_ running: Running) {
        _ = running.threads.run { [self] in work(running) }
    }

    private func work(_ running: Running) {
        while true {
            let room = running.threads.room(beside: 1)
            let (run, isMore) = requests.withLock { requests -> (RequestScheduler.Run?, Bool) in
                guard requests.service == running.number else { return (nil, false) }
                let run = requests.next(room, now: .now)
                return (run, run != nil && requests.isMore)
            }
            guard let run else { return }
            if isMore, Self.room(running) == .all { wake(running) }
            carryOut(run, running)
            requests.withLock { $0.ended(run, now: .now) }
        }
    }

    private func carryOut(_ run: RequestScheduler.Run, _ running: Running) {
        let peer = InProcessClientTransport.Address(client: run.client, request: run.request).peer
        var request = IncomingRequest(peer: peer, frames: [run.bytes], sender: run.sender)
        request.isCrowded = run.isCrowded
        if let reply = running.handler(request) { self.reply(reply, to: peer) }
    }
}
