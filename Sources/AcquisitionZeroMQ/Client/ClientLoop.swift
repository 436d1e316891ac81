import AcquisitionRPC
import ZeroMQ

/// What the client's thread does: sends requests, receives replies and what is published, watches the connections.
struct ClientLoop: Sendable {
    private let links: Links
    private let dealer: Socket
    private let subscriber: Socket
    private let dealerMonitor: SocketMonitor
    private let subscriberMonitor: SocketMonitor
    private let hasKeys: Bool
    /// How long the subscriptions that follow a handshake may take to reach the publisher and to count there. Nothing on
    /// the wire tells when they do; what is published before is not received, the result of a command for instance.
    private static let subscriptionTime: Duration = .milliseconds(50)
    /// How many published messages are taken in a row before replies have their turn.
    private static let batch = 256

    /// The sockets' ways to the service.
    private struct Links: Sendable {
        var commands: ServiceLink
        var events: ServiceLink
    }

    /// Begins to connect.
    ///
    /// - Parameter lookUp: asks for the addresses of a name; the answer comes as an order.
    init(
        command: ServiceEndpoint,
        subscriber endpoint: ServiceEndpoint,
        credentials: CurveCredentials?,
        mostBytes: Int,
        lookUp: @escaping @Sendable (String, LinkRole) -> Void
    ) throws(ZeroMQError) {
        hasKeys = credentials != nil
        dealer = try Context.shared.socket(.dealer)
        subscriber = try Context.shared.socket(.sub)
        try SocketSettings.apply(toDealer: dealer, mostBytes: mostBytes)
        try SocketSettings.apply(toSubscriber: subscriber, mostBytes: mostBytes)
        try credentials?.apply(to: dealer)
        try credentials?.apply(to: subscriber)
        dealerMonitor = try SocketMonitor(dealer)
        subscriberMonitor = try SocketMonitor(subscriber)
        var links = Links(
            commands: ServiceLink(dealer, AddressRotation(command)) { lookUp($0, .commands) },
            events: ServiceLink(subscriber, AddressRotation(endpoint)) { lookUp($0, .events) }
        )
        try links.commands.restart()
        try links.events.restart()
        self.links = links
    }

    /// Runs until it is told to close.
    func run(waker: Waker, receiver: ClientTransport.Receiver, orders: () -> [ClientOrder]) {
        defer { close() }
        var links = links
        var waiting = RequestQueue()
        var commands = HandshakeWatch(hasKeys: hasKeys, reconnects: true)
        var connection = 0
        // libzmq connects anew by itself, and that is well where there is one address to connect to.
        var events = HandshakeWatch(hasKeys: hasKeys, reconnects: links.events.isNamed)
        var whenSubscribed: ContinuousClock.Instant?
        var poller = Poller(waker: waker)
        poller.watch(subscriber)
        poller.watch(dealerMonitor)
        poller.watch(subscriberMonitor)
        while true {
            do {
                poller.watch(
                    dealer,
                    for: waiting.isEmpty || !commands.isConnected ? .readable : [.readable, .writable]
                )
                let next = [
                    whenSubscribed, commands.retryAt, events.retryAt, links.commands.wakeAt, links.events.wakeAt,
                ].compactMap { $0 }.min()
                let ready = try poller.poll(timeout: next.map { max($0 - .now, .milliseconds(1)) })
                if let time = whenSubscribed, time <= .now {
                    whenSubscribed = nil
                    receiver(.eventsConnected(true))
                }
                if ready.isWoken {
                    for order in orders() {
                        if case .close = order { return }
                        do {
                            if case .reconnectCommands = order {
                                // What is sent from now on waits until the new connection stands.
                                commands.startOver()
                                receiver(.commandsConnected(false))
                            }
                            try carryOut(order, &waiting, &links, receiver)
                        } catch {
                            // libzmq refuses this one; the others are carried out all the same.
                            continue
                        }
                    }
                }
                switch commands.note(try Self.events(of: dealerMonitor), now: .now) {
                case .connected:
                    connection += 1
                    links.commands.connected()
                    receiver(.commandsConnected(true))
                case .lost:
                    receiver(.commandsConnected(false))
                    try takeReplies(receiver)
                    try links.commands.restart()
                case .refused(let reason): receiver(.commandsRefused(reason))
                case nil: break
                }
                if commands.takeRetry(now: .now) {
                    try takeReplies(receiver)
                    try links.commands.goOn()
                }
                if commands.isConnected { try send(&waiting, on: connection) }
                switch events.note(try Self.events(of: subscriberMonitor), now: .now) {
                case .connected:
                    links.events.connected()
                    whenSubscribed = .now + Self.subscriptionTime
                case .lost:
                    whenSubscribed = nil
                    receiver(.eventsConnected(false))
                    if links.events.isNamed {
                        try drain(receiver)
                        try links.events.restart()
                    }
                case .refused(let reason):
                    whenSubscribed = nil
                    receiver(.eventsRefused(reason))
                case nil: break
                }
                if events.takeRetry(now: .now) {
                    try drain(receiver)
                    try links.events.goOn()
                }
                try watchTime(&links.commands, receiver)
                try watchTime(&links.events, receiver)
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

    private static func events(of monitor: SocketMonitor) throws(ZeroMQError) -> [MonitorEvent] {
        var events: [MonitorEvent] = []
        while let event = try monitor.tryReceive() { events.append(event) }
        return events
    }

    /// Looks again for an address where it is time, and says where that comes to nothing.
    private func watchTime(_ link: inout ServiceLink, _ receiver: ClientTransport.Receiver) throws(ZeroMQError) {
        guard let wakeAt = link.wakeAt, wakeAt <= .now else { return }
        if try link.timePassed(now: .now) { receiver(.unresolved(link.problem)) }
    }

    /// The answer to a look-up: it is told whether there is somewhere to connect to, where that is new or bad.
    private func take(
        _ answer: HostResolver.Answer,
        _ link: inout ServiceLink,
        _ receiver: ClientTransport.Receiver
    ) throws(ZeroMQError) {
        let before = link.problem
        try link.answered(answer)
        if link.problem != nil || before != nil { receiver(.unresolved(link.problem)) }
    }

    /// Takes the replies that have arrived. To be called before a connection is ended, for a new one where it was lost, could
    /// not be made, or is given up: a request that was still on its way must not reach the service that comes next, when
    /// nobody waits for it any more, or when that is another start which does not know it.
    ///
    /// (libzmq's `ZMQ_IMMEDIATE` drops the requests too, and the replies with them.)
    private func takeReplies(_ receiver: ClientTransport.Receiver) throws(ZeroMQError) {
        while let message = try dealer.tryReceive() {
            guard let id = Self.id(message), let body = message.frames.last else { continue }
            receiver(.reply(body, id: id))
        }
    }

    private func carryOut(
        _ order: ClientOrder,
        _ waiting: inout RequestQueue,
        _ links: inout Links,
        _ receiver: ClientTransport.Receiver
    ) throws(ZeroMQError) {
        switch order {
        case .send(let request, let id):
            waiting.append(request, id: id)
            // Whoever asks is told soon what is true now.
            links.commands.hurry()
        case .sendAgain(let request, let id, let connection, let deadline):
            waiting.append(request, id: id, connection: connection, before: deadline)
        case .forget(let id): waiting.remove(id)
        case .subscribe(let prefix): try subscriber.subscribe(prefix)
        case .unsubscribe(let prefix): try subscriber.unsubscribe(prefix)
        case .reconnectSubscriber:
            try drain(receiver)
            try links.events.restart()
        case .reconnectCommands:
            try takeReplies(receiver)
            try links.commands.restart()
        case .found(let answer, .commands): try take(answer, &links.commands, receiver)
        case .found(let answer, .events): try take(answer, &links.events, receiver)
        case .close: break
        }
    }

    private func send(_ waiting: inout RequestQueue, on connection: Int) throws(ZeroMQError) {
        try waiting.send(on: connection, now: .now) { request, id throws(ZeroMQError) in
            let frame = withUnsafeBytes(of: id.littleEndian) { Array($0) }
            return try dealer.trySend(Message(frames: [frame, [], request]))
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
