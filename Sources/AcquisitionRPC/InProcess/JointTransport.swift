import AcquisitionModel

/// One service over two transports: within the process, and to others.
///
/// ```swift
/// let transport = JointTransport(inside: inside, outside: zeroMQ)
/// let service = TransportRpcService(options: options, transport: transport, logger: logger)
/// ```
public final class JointTransport: ServiceTransport {
    private let inside: InProcessTransport
    private let outside: any ServiceTransport

    /// Both, as one. Neither may carry another service.
    public init(inside: InProcessTransport, outside: any ServiceTransport) {
        self.inside = inside
        self.outside = outside
    }

    /// Starts both, or neither. The endpoints are those that others can reach.
    public func start(
        _ handler: @escaping RequestHandler
    ) throws(RpcServiceError) -> (endpoints: RpcEndpoints, publisher: any MessagePublisher) {
        let (endpoints, publisher) = try outside.start(handler)
        do throws(RpcServiceError) {
            _ = try inside.start(handler)
        } catch {
            outside.stop(flush: .zero)
            throw error
        }
        return (endpoints, JointPublisher(inside: inside, outside: publisher))
    }

    /// Sends a reply to where its request came from.
    public func reply(_ bytes: [UInt8], to peer: PeerAddress) {
        if InProcessClientTransport.Address(peer) == nil {
            outside.reply(bytes, to: peer)
        } else {
            inside.reply(bytes, to: peer)
        }
    }

    /// See ``ServiceTransport/undeliveredReplies``.
    public var undeliveredReplies: Int { inside.undeliveredReplies + outside.undeliveredReplies }

    /// See ``ServiceTransport/report(to:)``.
    public func report(to listener: @escaping @Sendable (TransportReport) -> Void) { outside.report(to: listener) }

    /// See ``ServiceTransport/tick()``.
    public func tick() -> ContinuousClock.Instant? {
        let times = [inside.tick(), outside.tick()]
        return times.compactMap { $0 }.min()
    }

    /// Who else can reach the service.
    public var exposure: ServiceExposure { outside.exposure }

    /// Closes both.
    public func stop(flush: Duration) {
        inside.stop(flush: flush)
        outside.stop(flush: flush)
    }
}

private final class JointPublisher: MessagePublisher {
    let inside: InProcessTransport
    let outside: any MessagePublisher

    init(inside: InProcessTransport, outside: any MessagePublisher) {
        self.inside = inside
        self.outside = outside
    }

    func publish(_ topic: ApiTopic, _ payload: RawSpan) throws(RpcServiceError) {
        inside.publish(topic, payload)
        try outside.publish(topic, payload)
    }
}
