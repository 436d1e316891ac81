import AcquisitionRPC
import ZeroMQ

/// What the client's thread does: sends requests, receives replies and what is published, watches the connections.
struct ClientLoop: Sendable {
    private let subscriberEndpoint: String
    private let channels: CommandChannels
    private let subscriber: Socket
    private let monitor: SocketMonitor
    private let hasKeys: Bool
    /// How long the subscriptions that follow a handshake may take to reach the publisher and to count there. Nothing on
    /// the wire tells when they do; what is published before is not received, the result of a command for instance.
    private static let subscriptionTime: Duration = .milliseconds(50)
    /// How many published messages are taken in a row before replies have their turn.
    private static let batch = 256

    init(
        command: String,
        subscriber endpoint: String,
        credentials: CurveCredentials?,
        mostBytes: Int
    ) throws(ZeroMQError) {
        subscriberEndpoint = endpoint
        hasKeys = credentials != nil
        channels = try CommandChannels(
            CommandChannel.Target(endpoint: command, credentials: credentials, mostBytes: mostBytes)
        )
        subscriber = try Context.shared.socket(.sub)
        try SocketSettings.apply(toSubscriber: subscriber, mostBytes: mostBytes)
        try credentials?.apply(to: subscriber)
        monitor = try SocketMonitor(subscriber)
        if endpoint.contains("[") { try subscriber.set(.ipv6, to: true) }
        try subscriber.connect(endpoint)
    }

    /// Runs until it is told to close.
    func run(waker: Waker, receiver: ClientTransport.Receiver, orders: () -> [ClientOrder]) {
        var commands = channels
        var events = HandshakeWatch(hasKeys: hasKeys)
        var whenSubscribed: ContinuousClock.Instant?
        var poller = Poller(waker: waker)
        poller.watch(subscriber)
        poller.watch(monitor)
        defer {
            commands.close()
            monitor.close()
            subscriber.close()
        }
        while true {
            do {
                commands.add(to: &poller)
                let next = [whenSubscribed, commands.retryAt, events.retryAt].compactMap { $0 }.min()
                let ready = try poller.poll(timeout: next.map { max($0 - .now, .milliseconds(1)) })
                if let time = whenSubscribed, time <= .now {
                    whenSubscribed = nil
                    receiver(.eventsConnected(true))
                }
                if ready.isWoken {
                    for order in orders() {
                        if case .close = order { return }
                        do {
                            try carryOut(order, &commands, &events, &poller, receiver)
                        } catch {
                            // libzmq refuses this one; the others are carried out all the same.
                            continue
                        }
                    }
                }
                try commands.turn(&poller, receiver)
                switch events.note(try monitor.readAll(), now: .now) {
                case .connected: whenSubscribed = .now + Self.subscriptionTime
                case .lost:
                    whenSubscribed = nil
                    // What came over the connection is delivered before its end is told.
                    try? drain(receiver)
                    receiver(.eventsConnected(false))
                case .refused(let reason):
                    whenSubscribed = nil
                    receiver(.eventsRefused(reason))
                case nil: break
                }
                if events.takeRetry(now: .now) { try connectSubscriberAnew(receiver) }
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

    private func carryOut(
        _ order: ClientOrder,
        _ commands: inout CommandChannels,
        _ events: inout HandshakeWatch,
        _ poller: inout Poller,
        _ receiver: ClientTransport.Receiver
    ) throws(ZeroMQError) {
        switch order {
        case .send(let request, let id): commands.append(request, id: id)
        case .sendAgain(let request, let id, let connection, let deadline):
            commands.append(request, id: id, connection: connection, before: deadline)
        case .forget(let id): commands.forget(id)
        case .giveUp(let id, let isHarmless): try commands.giveUp(id, isHarmless: isHarmless, &poller, receiver)
        case .reconnectCommands: try commands.reconnect(keepsReplies: true, &poller, receiver)
        case .subscribe(let prefix): try subscriber.subscribe(prefix)
        case .unsubscribe(let prefix): try subscriber.unsubscribe(prefix)
        case .reconnectSubscriber:
            // A connection that is being made goes on.
            guard events.isConnected else { return }
            events.startOver()
            try connectSubscriberAnew(receiver)
        case .close: break
        }
    }

    /// Takes everything that has been published to us. To be called before a disconnect: the poll may have fetched the
    /// first frame of a message already, whose other frames a disconnect throws away, and libzmq ends the process at
    /// the next receive then ("Assertion failed: !_more (src/fq.cpp)").
    private func drain(_ receiver: ClientTransport.Receiver) throws(ZeroMQError) {
        while let message = try subscriber.tryReceive() { receiver(.published(message.frames)) }
    }

    /// Makes a new connection for what is published.
    private func connectSubscriberAnew(_ receiver: ClientTransport.Receiver) throws(ZeroMQError) {
        try drain(receiver)
        try subscriber.disconnect(subscriberEndpoint)
        try subscriber.connect(subscriberEndpoint)
    }
}
