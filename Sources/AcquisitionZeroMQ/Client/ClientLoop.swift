import AcquisitionRPC
import ZeroMQ

/// What the client's thread does: sends requests, receives replies and what is published, watches the connections.
struct ClientLoop: Sendable {
    private let commandEndpoint: String
    private let subscriberEndpoint: String
    private let dealer: Socket
    private let subscriber: Socket
    private let dealerMonitor: SocketMonitor
    private let subscriberMonitor: SocketMonitor
    /// How long the subscriptions that follow a handshake may take to reach the publisher and to count there. Nothing on
    /// the wire tells when they do; what is published before is not received, the result of a command for instance.
    private static let subscriptionTime: Duration = .milliseconds(50)
    /// How many published messages are taken in a row before replies have their turn.
    private static let batch = 256

    init(command: String, subscriber endpoint: String, mostBytes: Int) throws(ZeroMQError) {
        commandEndpoint = command
        subscriberEndpoint = endpoint
        dealer = try Context.shared.socket(.dealer)
        subscriber = try Context.shared.socket(.sub)
        try SocketSettings.apply(toDealer: dealer, mostBytes: mostBytes)
        try SocketSettings.apply(toSubscriber: subscriber, mostBytes: mostBytes)
        dealerMonitor = try SocketMonitor(dealer)
        subscriberMonitor = try SocketMonitor(subscriber)
        if command.contains("[") { try dealer.set(.ipv6, to: true) }
        if endpoint.contains("[") { try subscriber.set(.ipv6, to: true) }
        try dealer.connect(command)
        try subscriber.connect(endpoint)
    }

    /// Runs until it is told to close.
    func run(waker: Waker, receiver: ClientTransport.Receiver, orders: () -> [ClientOrder]) {
        var waiting: [(id: UInt64, request: [UInt8])] = []
        var isConnected = false
        var whenSubscribed: ContinuousClock.Instant?
        var poller = Poller(waker: waker)
        poller.watch(subscriber)
        poller.watch(dealerMonitor)
        poller.watch(subscriberMonitor)
        defer { close() }
        while true {
            do {
                poller.watch(dealer, for: waiting.isEmpty || !isConnected ? .readable : [.readable, .writable])
                let ready = try poller.poll(timeout: whenSubscribed.map { max($0 - .now, .milliseconds(1)) })
                if let time = whenSubscribed, time <= .now {
                    whenSubscribed = nil
                    receiver(.eventsConnected(true))
                }
                if ready.isWoken {
                    for order in orders() {
                        if case .close = order { return }
                        do {
                            if case .reconnectSubscriber = order { try drain(receiver) }
                            if case .reconnectCommands = order { try takeReplies(receiver) }
                            try carryOut(order, &waiting)
                        } catch {
                            // libzmq refuses this one; the others are carried out all the same.
                            continue
                        }
                    }
                }
                if let change = try changeOfConnection() {
                    isConnected = change
                    receiver(.commandsConnected(change))
                    if !change { try renewConnection(receiver) }
                }
                if isConnected { try sendWaiting(&waiting) }
                while let event = try subscriberMonitor.tryReceive() {
                    guard let isConnected = event.isConnected else { continue }
                    whenSubscribed = isConnected ? .now + Self.subscriptionTime : nil
                    if !isConnected { receiver(.eventsConnected(false)) }
                }
                try takeReplies(receiver)
                var taken = 0
                while taken < Self.batch, let message = try subscriber.tryReceive() {
                    receiver(.published(message.frames))
                    taken += 1
                }
            } catch  where error.code == .terminated || error.code == .closed {
                return
            } catch {
                // The next turn goes on.
                continue
            }
        }
    }

    /// Takes everything that has been published to us. To be called before a disconnect: the poll may have fetched the
    /// first frame of a message already, whose other frames a disconnect throws away, and libzmq ends the process at
    /// the next receive then ("Assertion failed: !_more (src/fq.cpp)").
    private func drain(_ receiver: ClientTransport.Receiver) throws(ZeroMQError) {
        while let message = try subscriber.tryReceive() { receiver(.published(message.frames)) }
    }

    /// What the monitor of the command socket tells; of several changes a loss counts.
    private func changeOfConnection() throws(ZeroMQError) -> Bool? {
        var change: Bool?
        while let event = try dealerMonitor.tryReceive() {
            if let isConnected = event.isConnected { change = isConnected && change != false }
        }
        return change
    }

    /// Begins a new connection where one was lost: a request that was still on its way must not reach the service that
    /// comes next, when nobody waits for it any more. Replies that have arrived are read before.
    ///
    /// (libzmq's `ZMQ_IMMEDIATE` drops the requests too, and the replies with them.)
    private func renewConnection(_ receiver: ClientTransport.Receiver) throws(ZeroMQError) {
        try takeReplies(receiver)
        try dealer.disconnect(commandEndpoint)
        try dealer.connect(commandEndpoint)
    }

    private func takeReplies(_ receiver: ClientTransport.Receiver) throws(ZeroMQError) {
        while let message = try dealer.tryReceive() {
            guard let id = Self.id(message), let body = message.frames.last else { continue }
            receiver(.reply(body, id: id))
        }
    }

    private func carryOut(
        _ order: ClientOrder,
        _ waiting: inout [(id: UInt64, request: [UInt8])]
    ) throws(ZeroMQError) {
        switch order {
        case .send(let request, let id): waiting.append((id, request))
        case .forget(let id): waiting.removeAll { $0.id == id }
        case .subscribe(let prefix): try subscriber.subscribe(prefix)
        case .unsubscribe(let prefix): try subscriber.unsubscribe(prefix)
        case .reconnectCommands:
            try dealer.disconnect(commandEndpoint)
            try dealer.connect(commandEndpoint)
        case .reconnectSubscriber:
            try subscriber.disconnect(subscriberEndpoint)
            try subscriber.connect(subscriberEndpoint)
        case .close: break
        }
    }

    private func sendWaiting(_ waiting: inout [(id: UInt64, request: [UInt8])]) throws(ZeroMQError) {
        var sent = 0
        defer { waiting.removeFirst(sent) }
        for (id, request) in waiting {
            let frame = withUnsafeBytes(of: id.littleEndian) { Array($0) }
            guard try dealer.trySend(Message(frames: [frame, [], request])) else { return }
            sent += 1
        }
    }

    private static func id(_ message: Message) -> UInt64? {
        guard let frame = message.frames.first, frame.count == 8 else { return nil }
        return frame.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private func close() {
        dealerMonitor.close()
        subscriberMonitor.close()
        dealer.close()
        subscriber.close()
    }
}

extension MonitorEvent {
    /// Whether this event tells that a connection stands, or that there is none; nil where it tells neither.
    fileprivate var isConnected: Bool? {
        switch kind {
        case .handshakeSucceeded: true
        case .disconnected, .handshakeFailedNoDetail, .handshakeFailedProtocol, .handshakeFailedAuth: false
        default: nil
        }
    }
}
