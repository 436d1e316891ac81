import AcquisitionRPC
import ZeroMQ

/// What the client's thread does: sends requests, receives replies and what is published, watches the connections.
struct ClientLoop: Sendable {
    private let commands: CommandChannels
    private let events: EventChannel

    /// Begins to connect.
    ///
    /// - Parameter lookUp: asks for the addresses of a name; the answer comes as an order.
    init(
        command: ServiceEndpoint,
        subscriber: ServiceEndpoint,
        credentials: CurveCredentials?,
        mostBytes: Int,
        lookUp: @escaping @Sendable (String, LinkRole) -> Void
    ) throws(ZeroMQError) {
        func target(_ endpoint: ServiceEndpoint, _ role: LinkRole) -> CommandChannel.Target {
            CommandChannel.Target(endpoint: endpoint, credentials: credentials, mostBytes: mostBytes) {
                lookUp($0, role)
            }
        }
        commands = try CommandChannels(target(command, .commands))
        do {
            events = try EventChannel(target(subscriber, .events))
        } catch {
            commands.close()
            throw error
        }
    }

    /// Runs until it is told to close.
    func run(waker: Waker, receiver: ClientTransport.Receiver, orders: () -> [ClientOrder]) {
        var commands = commands
        var events = events
        var poller = Poller(waker: waker)
        events.add(to: &poller)
        defer {
            commands.close()
            events.close()
        }
        while true {
            do {
                commands.add(to: &poller)
                let next = [commands.wakeAt, events.wakeAt].compactMap { $0 }.min()
                let ready = try poller.poll(timeout: next.map { max($0 - .now, .milliseconds(1)) })
                events.tellWhenSubscribed(receiver)
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
                try events.turn(receiver)
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
        _ events: inout EventChannel,
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
        case .subscribe(let prefix): try events.subscribe(prefix)
        case .unsubscribe(let prefix): try events.unsubscribe(prefix)
        case .reconnectSubscriber: try events.reconnect(receiver)
        case .found(let answer, .commands): try commands.answered(answer, receiver)
        case .found(let answer, .events): try events.answered(answer, receiver)
        case .close: break
        }
    }
}
