import AcquisitionRPC
import ZeroMQ

/// The SUB socket and its connection to a service.
struct EventChannel: Sendable {
    private let subscriber: Socket
    private let monitor: SocketMonitor
    private var link: ServiceLink
    private var watch: HandshakeWatch
    /// When what is published is certain to arrive over a new connection.
    private var whenSubscribed: ContinuousClock.Instant?
    /// How long the subscriptions that follow a handshake may take to reach the publisher and to count there. Nothing on
    /// the wire tells when they do; what is published before is not received, the result of a command for instance.
    private static let subscriptionTime: Duration = .milliseconds(50)
    /// How many published messages are taken in a row before replies have their turn.
    private static let batch = 256

    /// Begins to connect.
    init(_ target: CommandChannel.Target) throws(ZeroMQError) {
        subscriber = try Context.shared.socket(.sub)
        let rotation = AddressRotation(target.endpoint)
        try SocketSettings.apply(toSubscriber: subscriber, mostBytes: target.mostBytes, reconnects: !rotation.isNamed)
        try target.credentials?.apply(to: subscriber)
        monitor = try SocketMonitor(subscriber)
        link = ServiceLink(subscriber, rotation, lookUp: target.lookUp)
        // libzmq connects anew by itself, and that is well where there is one address to connect to.
        watch = HandshakeWatch(hasKeys: target.credentials != nil, reconnects: link.isNamed)
        try link.restart()
    }

    /// When something is to be done without anything having happened; nil for never.
    var wakeAt: ContinuousClock.Instant? { [whenSubscribed, watch.retryAt, link.wakeAt].compactMap { $0 }.min() }

    /// Has the poller look after the socket and its monitor.
    func add(to poller: inout Poller) {
        poller.watch(subscriber)
        poller.watch(monitor)
    }

    /// Does what there is to do: connects, and takes some of what is published.
    mutating func turn(_ receiver: ClientTransport.Receiver) throws(ZeroMQError) {
        switch watch.note(try monitor.readAll(), now: .now) {
        case .connected:
            link.connected()
            whenSubscribed = .now + Self.subscriptionTime
        case .lost:
            whenSubscribed = nil
            // What came over the connection is delivered before its end is told.
            try? drain(receiver)
            receiver(.eventsConnected(false))
            if link.isNamed { try link.restart() }
        case .refused(let reason):
            whenSubscribed = nil
            receiver(.eventsRefused(reason))
        case nil: break
        }
        if watch.takeRetry(now: .now) {
            try drain(receiver)
            try link.goOn()
        }
        if try link.timePassed(now: .now) { receiver(.unresolved(link.problem)) }
        var taken = 0
        while taken < Self.batch, let message = try subscriber.tryReceive() {
            receiver(.published(message.frames))
            taken += 1
        }
    }

    /// Says that the subscriptions count, where it is time.
    mutating func tellWhenSubscribed(_ receiver: ClientTransport.Receiver) {
        guard let time = whenSubscribed, time <= .now else { return }
        whenSubscribed = nil
        receiver(.eventsConnected(true))
    }

    // MARK: - Orders

    func subscribe(_ prefix: [UInt8]) throws(ZeroMQError) { try subscriber.subscribe(prefix) }

    func unsubscribe(_ prefix: [UInt8]) throws(ZeroMQError) { try subscriber.unsubscribe(prefix) }

    /// Makes a new connection in the place of the one that stands. One that is being made goes on.
    mutating func reconnect(_ receiver: ClientTransport.Receiver) throws(ZeroMQError) {
        guard watch.isConnected else { return }
        watch.startOver()
        try drain(receiver)
        try link.restart()
    }

    /// The answer to a look-up.
    mutating func answered(
        _ answer: HostResolver.Answer,
        _ receiver: ClientTransport.Receiver
    ) throws(ZeroMQError) {
        if try link.answered(answer) { receiver(.unresolved(link.problem)) }
    }

    /// Takes everything that has been published to us. To be called before a disconnect: the poll may have fetched the
    /// first frame of a message already, whose other frames a disconnect throws away, and libzmq ends the process at
    /// the next receive then ("Assertion failed: !_more (src/fq.cpp)").
    private func drain(_ receiver: ClientTransport.Receiver) throws(ZeroMQError) {
        while let message = try subscriber.tryReceive() { receiver(.published(message.frames)) }
    }

    func close() {
        monitor.close()
        subscriber.close()
    }
}
