import AcquisitionRPC
import ZeroMQ

/// One DEALER socket and its connection to a service.
struct CommandChannel: Sendable {
    /// What it takes to make one.
    struct Target: Sendable {
        let endpoint: String
        let credentials: CurveCredentials?
        let mostBytes: Int
    }

    private let endpoint: String
    private let dealer: Socket
    private let monitor: SocketMonitor
    private var watch: HandshakeWatch
    private var sent = SentRequests()

    /// Begins to connect.
    init(_ target: Target) throws(ZeroMQError) {
        endpoint = target.endpoint
        dealer = try Context.shared.socket(.dealer)
        try SocketSettings.apply(toDealer: dealer, mostBytes: target.mostBytes)
        try target.credentials?.apply(to: dealer)
        monitor = try SocketMonitor(dealer)
        watch = HandshakeWatch(hasKeys: target.credentials != nil, reconnects: true)
        if endpoint.contains("[") { try dealer.set(.ipv6, to: true) }
        try dealer.connect(endpoint)
    }

    var isConnected: Bool { watch.isConnected }
    /// When to try again to connect.
    var retryAt: ContinuousClock.Instant? { watch.retryAt }
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
        watch.note(try monitor.readAll(), now: now)
    }

    /// Whether it is time to connect anew; true once.
    mutating func takeRetry(now: ContinuousClock.Instant) -> Bool { watch.takeRetry(now: now) }

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
        try takeReplies(receiver)
        watch.startOver()
        sent = SentRequests()
        try dealer.disconnect(endpoint)
        try dealer.connect(endpoint)
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
