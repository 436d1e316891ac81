import AcquisitionModel
import Synchronization

/// Gives commands to a service and hears what it publishes.
///
/// ```swift
/// let client = try createApiClient(host: "127.0.0.1")   // import AcquisitionZeroMQ
/// let status = try await client.request(.getStatus)
/// let result = try await client.perform(.setApplicationMode, data: ["mode": 1000])
/// for await message in client.messages(topics: [.event]) { print(message) }
/// client.close()
/// ```
///
/// Many requests may be under way at once. A service that is restarted is found again; a request that found no answer
/// is not repeated by itself, since it may have been carried out. Where it may have been, and where it may still be, the
/// error says (``RpcClientError/fate``): a service of this package does not begin a command when its client has stopped
/// waiting, however long something held it up. Only an emergency stop is always carried out.
public final class RpcClient: Sendable {
    /// What the client was made with.
    public let options: ClientOptions
    /// How the client calls itself: a number that no other client has.
    let name = String(UInt64.random(in: .min ... .max), radix: 36) + String(UInt64.random(in: .min ... .max), radix: 36)
    let transport: any ClientTransport
    /// Nobody is woken up while this is held: the runtime holds a task that is being cancelled until its handlers have
    /// returned, and those take this lock; whoever wakes the task up would wait for them, and they for him.
    let state: Mutex<State>
    let isClosed = Atomic(false)

    struct State: Sendable {
        var lastID: UInt64 = 0
        var nonces = NonceSource()
        var pending = PendingRequests()
        var results = PendingResults()
        var connection = CommandConnection()
        var epochs = ServiceEpochs()
        var clock = ServiceClock()
        var liveness: LivenessState
        /// What the service, as its last heartbeat names it, may do to nonces.
        var fidelity = NonceFidelity(nil)
        /// Looks again when the next heartbeat is overdue.
        var watch: (deadline: ContinuousClock.Instant, task: Task<Void, Never>)?
        /// Makes connections anew while heartbeats are missed.
        var renewing: Task<Void, Never>?
        var silence = Silence()
        var areEventsConnected = false
        /// Why the service does not let this client in, where it does not.
        var refusal: RpcClientError?
        var waitingForEvents: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var messageStreams: [UInt64: MessageStream] = [:]
        var livenessStreams: [UInt64: BoundedInlet<Liveness>] = [:]
        /// Changes of the liveness on their way to the streams, in order; one caller at a time tells them.
        var untold: [(inlet: BoundedInlet<Liveness>, liveness: Liveness)] = []
        var isTelling = false
        var gaps = GapWatch()

        mutating func nextID() -> UInt64 {
            lastID += 1
            return lastID
        }

        /// A nonce that no other command of the client has.
        mutating func nextNonce() -> JSONValue {
            .integer(nonces.next { pending.has(nonce: $0) || results.has(nonce: $0) })
        }
    }

    struct MessageStream: Sendable {
        let filter: MessageFilter
        let inlet: BoundedInlet<ApiMessage>
        /// The payload of the last emergency, by which its copy is known: as bytes, since of two that hold NaN (old
        /// releases) neither equals the other.
        var lastEmergency: [UInt8]?
    }

    /// A client that begins to connect at once.
    ///
    /// - Throws: ``RpcClientError`` where an endpoint cannot be used. A service that is not there yet is no error.
    public init(transport: any ClientTransport, options: ClientOptions = ClientOptions()) throws(RpcClientError) {
        self.options = options
        self.transport = transport
        state = Mutex(State(liveness: LivenessState(interval: options.heartbeatInterval)))
        try transport.start { [weak self] in self?.receive($0) }
        subscribe(to: ApiTopic.heartbeat.frame)
        subscribe(to: ApiTopic.commandResult.frame)
    }

    func subscribe(to prefix: [UInt8]) {
        state.withLock { $0.gaps.subscribe(prefix, now: .now) }
        transport.subscribe(prefix)
    }

    func unsubscribe(from prefix: [UInt8]) {
        state.withLock { $0.gaps.unsubscribe(prefix) }
        transport.unsubscribe(prefix)
    }

    deinit { close() }

    var isGivingAgain: Bool { options.retries > 0 }

    /// Ends the client: what is under way fails, streams end. Calling it again does nothing.
    public func close() {
        guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        transport.close()
        let (replies, outcomes, waiting, messages, livenesses, watch, clock, renewing) = state.withLock { state in
            defer {
                state.messageStreams = [:]
                state.livenessStreams = [:]
                state.waitingForEvents = [:]
                state.watch = nil
            }
            return (
                state.pending.takeAll(), state.results.takeAll(), Array(state.waitingForEvents.values),
                Array(state.messageStreams.values), Array(state.livenessStreams.values), state.watch, state.clock,
                state.renewing
            )
        }
        watch?.task.cancel()
        renewing?.cancel()
        for reply in replies { reply.continuation.resume(returning: .failure(reply.closed(clock))) }
        for continuation in outcomes { continuation.resume(returning: .failure(Self.closedWhilePending)) }
        for continuation in waiting { continuation.resume() }
        for stream in messages { stream.inlet.finish() }
        for inlet in livenesses { inlet.finish() }
    }

    /// How long a command waits for the connection on which its result would be published. A service of which only the
    /// command port can be reached is commanded all the same.
    static let patienceForEvents: Duration = .seconds(1)
    static let closed = RpcClientError(.closed, "The client has been closed")
    /// To whoever waits for the result of a command that has begun.
    static let closedWhilePending = RpcClientError(.closed, closed.message, fate: .mayHaveRun)
}
