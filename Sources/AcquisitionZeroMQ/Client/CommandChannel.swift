import AcquisitionRPC
import ZeroMQ

/// One DEALER socket and its connection to a service.
struct CommandChannel: Sendable {
    /// What it takes to make one.
    struct Target: Sendable {
        let endpoint: ServiceEndpoint
        let credentials: CurveCredentials?
        let mostBytes: Int
        /// Asks for the addresses of a name; the answer is for ``CommandChannel/answered(_:)``.
        let lookUp: @Sendable (String) -> Void
    }

    private var link: ServiceLink
    private let dealer: Socket
    private let monitor: SocketMonitor
    private var watch: HandshakeWatch
    private var sent = SentRequests()

    /// Begins to connect.
    init(_ target: Target) throws(ZeroMQError) {
        dealer = try Context.shared.socket(.dealer)
        try SocketSettings.apply(toDealer: dealer, mostBytes: target.mostBytes)
        try target.credentials?.apply(to: dealer)
        monitor = try SocketMonitor(dealer)
        watch = HandshakeWatch(hasKeys: target.credentials != nil, reconnects: true)
        link = ServiceLink(dealer, AddressRotation(target.endpoint), lookUp: target.lookUp)
        try link.restart()
    }

    var isConnected: Bool { watch.isConnected }
    /// When something is to be done without anything having happened; nil for never.
    var wakeAt: ContinuousClock.Instant? { [watch.retryAt, link.wakeAt].compactMap { $0 }.min() }
    /// Why there is nowhere to connect to, for people.
    var problem: String? { link.problem }
    /// Whether somebody waits for a reply on this connection.
    var isWaitedFor: Bool { !sent.isEmpty }

    /// Has the poller look after the socket and its monitor.
    func add(to poller: inout Poller, hasRequests: Bool) {
        poller.watch(dealer, for: hasRequests && isConnected ? [.readable, .writable] : .readable)
        poller.watch(monitor)
    }

    func remove(from poller: inout Poller) {
        poller.remove(dealer)
        poller.remove(monitor)
    }

    /// What has become of the connection.
    mutating func note(now: ContinuousClock.Instant) throws(ZeroMQError) -> HandshakeWatch.Change? {
        let change = watch.note(try monitor.readAll(), now: now)
        if change == .connected { link.connected() }
        return change
    }

    /// Tries again to connect where it is time.
    mutating func retry(now: ContinuousClock.Instant, _ receiver: ClientTransport.Receiver) throws(ZeroMQError) {
        guard watch.takeRetry(now: now) else { return }
        try endConnection(receiver)
        try link.goOn()
    }

    /// Does what the time asks for; true where there is a new ``problem``.
    mutating func timePassed(now: ContinuousClock.Instant) throws(ZeroMQError) -> Bool {
        try link.timePassed(now: now)
    }

    /// The answer to a look-up; true where ``problem`` is to be told.
    mutating func answered(_ answer: HostResolver.Answer) throws(ZeroMQError) -> Bool { try link.answered(answer) }

    /// Looks soon whether there is somewhere to connect to: somebody asks.
    mutating func hurry() { link.hurry() }

    /// Sends a request; false where there is no room.
    mutating func send(_ request: [UInt8], id: UInt64) throws(ZeroMQError) -> Bool {
        let frame = withUnsafeBytes(of: id.littleEndian) { Array($0) }
        guard try dealer.trySend(Message(frames: [frame, [], request])) else { return false }
        sent.sent(id)
        return true
    }

    /// Nobody waits for this reply any more; whether the request may still be on its way.
    mutating func forget(_ id: UInt64) -> Bool { sent.forget(id) }

    mutating func takeReplies(_ receiver: ClientTransport.Receiver) throws(ZeroMQError) {
        while let message = try dealer.tryReceive() {
            guard let id = Self.id(message), let body = message.frames.last else { continue }
            sent.answered(id)
            receiver(.reply(body, id: id))
        }
    }

    /// Begins a new connection on the same socket: a request that was still on its way must not reach the service that comes
    /// next, when nobody waits for it any more, or when that is another start which does not know it. Replies that have
    /// arrived are read before.
    ///
    /// (libzmq's `ZMQ_IMMEDIATE` drops the requests too, and the replies with them.)
    mutating func connectAnew(_ receiver: ClientTransport.Receiver) throws(ZeroMQError) {
        try endConnection(receiver)
        try link.restart()
    }

    private mutating func endConnection(_ receiver: ClientTransport.Receiver) throws(ZeroMQError) {
        try takeReplies(receiver)
        watch.startOver()
        sent = SentRequests()
    }

    func close() {
        monitor.close()
        dealer.close()
    }

    private static func id(_ message: Message) -> UInt64? {
        guard let frame = message.frames.first, frame.count == 8 else { return nil }
        return frame.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension SocketMonitor {
    /// The events that have come.
    func readAll() throws(ZeroMQError) -> [MonitorEvent] {
        var events: [MonitorEvent] = []
        while let event = try tryReceive() { events.append(event) }
        return events
    }
}
