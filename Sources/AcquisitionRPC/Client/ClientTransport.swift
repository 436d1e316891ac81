/// What carries a client's messages. It moves bytes, knows no command, and finds a service that was restarted again by
/// itself.
public protocol ClientTransport: Sendable {
    /// Takes what arrives, on the transport's own thread; must return soon.
    typealias Receiver = @Sendable (ClientTransportEvent) -> Void

    /// Begins to connect. A service that is not there yet is no error.
    func start(_ receiver: @escaping Receiver) throws(RpcClientError)

    /// Sends a request as soon as there is a service to take it; the reply comes under the same number.
    func send(_ request: [UInt8], id: UInt64)

    /// Sends a request again that was sent before, under the same number: only on the present connection, which is the
    /// one of this count (``ClientTransportEvent/commandsConnected(_:)`` with true has been told so often), and only
    /// before `deadline`. Where either is over, or the request that was sent before waits here still, it is not sent.
    ///
    /// A transport that loses nothing need not do anything, which is what it does by default.
    func sendAgain(_ request: [UInt8], id: UInt64, connection: Int, before deadline: ContinuousClock.Instant)

    /// How long a request may be on the way at most, from when it is sent until it has arrived or never will.
    var deliveryTime: Duration { get }

    /// Nobody waits for this reply any more: a request that is still here is not sent.
    func forget(id: UInt64)

    /// Nobody waits for this reply any more, since it did not come in time. Where the request may still be on its way, what is
    /// sent from now on takes a new connection: this one may be dead, or hold everything up.
    ///
    /// - Parameters:
    ///   - id: the number of the request.
    ///   - isHarmless: whether the request may still arrive. Then replies to others are taken on the old connection as long as
    ///     somebody waits for them; else that is dropped at once, with what has not left yet.
    func giveUp(id: UInt64, isHarmless: Bool)

    /// Receives what is published on topics whose 4 bytes begin with `prefix`; counted, so that it may be called again.
    func subscribe(_ prefix: [UInt8])

    /// Undoes one ``subscribe(_:)``.
    func unsubscribe(_ prefix: [UInt8])

    /// Connects the receiving side anew: a connection that went silent may be dead without either side knowing.
    func reconnectSubscriber()

    /// Connects the sending side anew, for the same reason; what is being connected already goes on. Replies are taken on the
    /// old connection as long as somebody waits for them.
    func reconnectCommands()

    /// Ends; nothing is received any more.
    func close()
}

extension ClientTransport {
    /// Does nothing.
    public func sendAgain(_ request: [UInt8], id: UInt64, connection: Int, before deadline: ContinuousClock.Instant) {}

    /// Forgets the request: nothing is on its way.
    public func giveUp(id: UInt64, isHarmless: Bool) { forget(id: id) }

    /// Zero: what is sent has arrived.
    public var deliveryTime: Duration { .zero }
}

/// What arrives at a client.
public enum ClientTransportEvent: Sendable {
    /// The reply to the request with this number.
    case reply([UInt8], id: UInt64)
    /// The frames of a published message.
    case published([[UInt8]])
    /// Whether there is a connection for commands. With true a new one begins: told after its predecessor has ended or was
    /// given up.
    case commandsConnected(Bool)
    /// Whether there is a connection for what is published. False is told after everything that came over it.
    case eventsConnected(Bool)
    /// The service does not let this client in to give commands; why, for people. It is asked again by and by.
    case commandsRefused(String)
    /// The service does not let this client in to hear what is published; why, for people. It is asked again by and by.
    case eventsRefused(String)
    /// The name of the service's machine leads to no address, so that there is nothing to connect to; why, for people. It is
    /// looked up again by and by; nil where it leads somewhere again.
    case unresolved(String?)
}
