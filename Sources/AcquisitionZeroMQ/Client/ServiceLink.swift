import AcquisitionRPC
import ZeroMQ

/// One socket of a client and its way to the service: at most one connection, to one address at a time.
struct ServiceLink: Sendable {
    private let socket: Socket
    private var rotation: AddressRotation
    /// What the socket is connected to, or tries to.
    private var present: String?
    private let lookUp: @Sendable (String) -> Void

    /// - Parameter lookUp: asks for the addresses of a name; the answer is for ``answered(_:)``.
    init(_ socket: Socket, _ rotation: AddressRotation, lookUp: @escaping @Sendable (String) -> Void) {
        self.socket = socket
        self.rotation = rotation
        self.lookUp = lookUp
    }

    /// Whether it is a name that tells where the service is, so that each attempt may lead to another address.
    var isNamed: Bool { rotation.isNamed }

    /// When something is to be done without anything having happened; nil for never.
    var wakeAt: ContinuousClock.Instant? { [rotation.retryAt, rotation.lateAt].compactMap { $0 }.min() }

    /// Why there is nowhere to connect to, for people.
    var problem: String? { rotation.problem }

    /// Ends the connection and begins a new one, to where the service is now.
    mutating func restart() throws(ZeroMQError) { try carryOut { $0.start(now: .now) } }

    /// Ends the attempt that has failed and begins the next one.
    mutating func goOn() throws(ZeroMQError) { try carryOut { $0.next(now: .now) } }

    /// The answer to a look-up; true where ``problem`` is to be told: it is there, or over.
    mutating func answered(_ answer: HostResolver.Answer) throws(ZeroMQError) -> Bool {
        let before = problem
        try carryOut { $0.answered(answer, now: .now) }
        return problem != nil || before != nil
    }

    /// The connection stands.
    mutating func connected() { rotation.connected() }

    /// Looks soon whether there is somewhere to connect to: somebody asks.
    mutating func hurry() { rotation.hurry(now: .now) }

    /// Does what the time asks for; true where there is a new ``problem``.
    mutating func timePassed(now: ContinuousClock.Instant) throws(ZeroMQError) -> Bool {
        if let retryAt = rotation.retryAt, retryAt <= now { try goOn() }
        return rotation.takeLateness(now: now)
    }

    private mutating func carryOut(_ change: (inout AddressRotation) -> AddressRotation.Step) throws(ZeroMQError) {
        switch change(&rotation) {
        case .connect(let target):
            try disconnect()
            try socket.set(.ipv6, to: target.isIPv6)
            try socket.set(
                .connectTimeout,
                to: SocketSettings.connectTimeout(hasAlternatives: rotation.hasAlternatives)
            )
            try socket.connect(target.endpoint)
            present = target.endpoint
        case .lookUp(let name):
            try disconnect()
            lookUp(name)
        case .wait: try disconnect()
        }
    }

    private mutating func disconnect() throws(ZeroMQError) {
        guard let endpoint = present else { return }
        present = nil
        try socket.disconnect(endpoint)
    }
}
