public import AcquisitionModel

/// What carries a service's messages: ZeroMQ, or this process's memory. It moves bytes and knows no command.
public protocol ServiceTransport: AnyObject, Sendable {
    /// Takes a request and returns the reply where there is one at once; nil where ``reply(_:to:)`` follows.
    ///
    /// The transport calls it on its own thread, one request after another; a call that does not return soon must not
    /// hold up other requests.
    typealias RequestHandler = @Sendable (IncomingRequest) -> [UInt8]?

    /// Binds everything, or throws and leaves nothing bound. The publisher serves until ``stop(flush:)``.
    func start(
        _ handler: @escaping RequestHandler
    ) throws(RpcServiceError) -> (endpoints: RpcEndpoints, publisher: any MessagePublisher)

    /// Sends a reply that was not there at once. From any thread.
    func reply(_ bytes: [UInt8], to peer: PeerAddress)

    /// How many replies found their client gone, since the start.
    var undeliveredReplies: Int { get }

    /// Takes whom to tell what happens to the transport itself, from any thread and at any rate; called before
    /// ``start(_:)``.
    func report(to listener: @escaping @Sendable (TransportReport) -> Void)

    /// Looks after itself; called every few milliseconds while requests are being answered, and with every heartbeat.
    ///
    /// - Returns: when it is to be called again in any case, also where no request is being answered then; nil for not.
    @discardableResult
    func tick() -> ContinuousClock.Instant?

    /// Who can reach the service, once it has started.
    var exposure: ServiceExposure { get }

    /// Sends what is left, for at most `flush`, and closes everything. Blocks.
    func stop(flush: Duration)
}

/// The voice of a transport that has been started.
public protocol MessagePublisher: AnyObject, Sendable {
    /// Publishes a message. Called by one thread at a time; never waits for a peer.
    func publish(_ topic: ApiTopic, _ payload: RawSpan) throws(RpcServiceError)
}

extension ServiceTransport {
    /// None that it knows of.
    public var undeliveredReplies: Int { 0 }

    /// Nothing to report.
    public func report(to listener: @escaping @Sendable (TransportReport) -> Void) {}

    /// Nothing to look after.
    public func tick() -> ContinuousClock.Instant? { nil }

    /// Nobody but this machine.
    public var exposure: ServiceExposure { .local }
}

/// Where a reply goes: what the transport needs to find the peer again.
public struct PeerAddress: Sendable, Hashable {
    /// For ZeroMQ the frames before the body: identity, request id, empty frame.
    public let envelope: [[UInt8]]
    /// By which the transport knows the request again when the reply comes; no part of the address.
    package var ticket: UInt64 = 0

    /// An address.
    public init(envelope: [[UInt8]]) { self.envelope = envelope }

    /// Whether both are the same peer's.
    public static func == (left: Self, right: Self) -> Bool { left.envelope == right.envelope }

    /// Hashes the address.
    public func hash(into hasher: inout Hasher) { hasher.combine(envelope) }
}

/// A request as it came in.
public struct IncomingRequest: Sendable {
    /// Where the reply goes.
    public package(set) var peer: PeerAddress
    /// The request's frames behind the envelope; exactly one in a request of the right form.
    public let frames: [[UInt8]]
    /// What is wrong with the envelope, if anything; then the request is answered with this.
    public let problem: WireError?
    /// Whether delegates block so many threads that only what is urgent may run.
    public var isCrowded = false
    /// Who asks; nil for the program itself, which may do everything.
    public let sender: CommandSender?

    /// A request.
    public init(
        peer: PeerAddress,
        frames: [[UInt8]],
        problem: WireError? = nil,
        sender: CommandSender? = nil
    ) {
        self.peer = peer
        self.frames = frames
        self.problem = problem
        self.sender = sender
    }
}
