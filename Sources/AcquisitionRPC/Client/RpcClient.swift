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
/// is not repeated by itself, since it may have been carried out.
public final class RpcClient: Sendable {
    /// What the client was made with.
    public let options: ClientOptions
    /// How the client calls itself where it gives commands again: a number that no other client has.
    let name = String(UInt64.random(in: .min ... .max), radix: 36) + String(UInt64.random(in: .min ... .max), radix: 36)
    let transport: any ClientTransport
    /// Nobody is woken up while this is held: the runtime holds a task that is being cancelled until its handlers have
    /// returned, and those take this lock; whoever wakes the task up would wait for them, and they for him.
    let state: Mutex<State>
    /// Keeps the changes of the liveness in order on their way to the streams. Taken before `state`, and by no handler.
    private let telling = Mutex(())
    let isClosed = Atomic(false)

    struct State: Sendable {
        var lastID: UInt64 = 0
        var nonces = NonceSource()
        var pending = PendingRequests()
        var liveness: LivenessState
        var areCommandsConnected = false
        var areEventsConnected = false
        /// Why the service does not let this client in, where it does not.
        var refusal: RpcClientError?
        var waitingForEvents: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var messageStreams: [UInt64: MessageStream] = [:]
        var livenessStreams: [UInt64: BoundedInlet<Liveness>] = [:]
        var gaps = GapWatch()
        /// Commands that are pending, as they were sent: given again where their result may have been missed.
        var pendingRequests: [UInt64: [UInt8]] = [:]
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

    /// Ends the client: what is under way fails, streams end. Calling it again does nothing.
    public func close() {
        guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        transport.close()
        let (pending, waiting, messages, livenesses) = state.withLock { state in
            defer {
                state.messageStreams = [:]
                state.livenessStreams = [:]
                state.waitingForEvents = [:]
            }
            return (
                state.pending.takeAll(), Array(state.waitingForEvents.values), Array(state.messageStreams.values),
                Array(state.livenessStreams.values)
            )
        }
        for continuation in pending.replies { continuation.resume(returning: .failure(Self.closed)) }
        for continuation in pending.outcomes { continuation.resume(returning: .failure(Self.closed)) }
        for continuation in waiting { continuation.resume() }
        for stream in messages { stream.inlet.finish() }
        for inlet in livenesses { inlet.finish() }
    }

    /// How long a command waits for the connection on which its result would be published. A service of which only the
    /// command port can be reached is commanded all the same.
    static let patienceForEvents: Duration = .seconds(1)
    static let closed = RpcClientError(.closed, "The client has been closed")

    // MARK: - From the transport

    private func receive(_ event: ClientTransportEvent) {
        switch event {
        case .reply(let bytes, let id):
            state.withLock { $0.pending.takeReply(id) }?.resume(returning: read(bytes))
        case .published(let frames):
            guard let message = try? ApiMessage(frames: frames, limits: options.limits) else { return }
            receive(message)
        case .commandsConnected(let isConnected):
            state.withLock { state in
                state.areCommandsConnected = isConnected
                guard isConnected else { return }
                state.refusal = nil
                state.pending.connected()
            }
        case .eventsConnected(let isConnected):
            let waiting = state.withLock { state in
                state.areEventsConnected = isConnected
                if isConnected { state.refusal = nil }
                defer { if isConnected { state.waitingForEvents = [:] } }
                return isConnected ? Array(state.waitingForEvents.values) : []
            }
            for continuation in waiting { continuation.resume() }
            changeLiveness { $0.connected(isConnected) }
        case .commandsRefused(let reason):
            let error = RpcClientError(.refused, reason)
            let unsent = state.withLock { state in
                state.areCommandsConnected = false
                state.refusal = error
                return state.pending.takeUnsent()
            }
            for reply in unsent { reply.resume(returning: .failure(error)) }
        case .eventsRefused(let reason):
            let waiting = state.withLock { state in
                state.areEventsConnected = false
                state.refusal = RpcClientError(.refused, reason)
                defer { state.waitingForEvents = [:] }
                return Array(state.waitingForEvents.values)
            }
            for continuation in waiting { continuation.resume() }
            changeLiveness { $0.connected(false) }
        }
    }

    private func read(_ bytes: [UInt8]) -> Result<ApiCommandReply, RpcClientError> {
        do {
            let json = try JSONReader.read(bytes, limits: options.limits, tolerance: .oldReleases)
            return .success(try ApiCommandReply(json: json))
        } catch {
            return .failure(RpcClientError(.unreadableReply, "The reply cannot be read: \(error)"))
        }
    }

    private func receive(_ message: ApiMessage) {
        switch message.content {
        case .heartbeat(let heartbeat):
            for notice in state.withLock({ $0.gaps.received(heartbeat, now: .now) }) { take(notice) }
            changeLiveness { $0.received(heartbeat, now: .now) }
            watchLiveness(state.withLock { $0.liveness.deadline })
        case .commandResult(let response):
            state.withLock { $0.pending.received(response) }?.resume(returning: .success(response))
        default: break
        }
        state.withLock { $0.gaps.arrived(on: message.topic) }
        deliver(message)
    }

    /// Something was missed, or the service is another one.
    private func take(_ notice: ApiMessage) {
        if case .notice(.restarted) = notice.content {
            // Nobody else will publish them any more.
            let lost = RpcClientError(.noResult, "The service was restarted; the result of the command is lost")
            for outcome in state.withLock({ $0.pending.takeOutcomes() }) { outcome.resume(returning: .failure(lost)) }
        } else if notice.topic == .commandResult {
            giveAgain()
        }
        deliver(notice)
    }

    private func deliver(_ message: ApiMessage) {
        let inlets = state.withLock { state in
            state.messageStreams.keys.compactMap { state.messageStreams[$0]?.inlet(for: message) }
        }
        for inlet in inlets { inlet.yield(message) }
    }

    /// Makes a change, and tells the streams where `change` says that the liveness is another one now.
    @discardableResult
    private func changeLiveness(_ change: (inout LivenessState) -> Bool) -> Bool {
        telling.withLock { _ in
            let (hasChanged, liveness, inlets) = state.withLock { state in
                let hasChanged = change(&state.liveness)
                return (hasChanged, state.liveness.liveness, hasChanged ? Array(state.livenessStreams.values) : [])
            }
            for inlet in inlets { inlet.yield(liveness) }
            return hasChanged
        }
    }

    /// Looks again when the next heartbeat is overdue.
    private func watchLiveness(_ deadline: ContinuousClock.Instant?) {
        guard let deadline else { return }
        Task { [weak self] in
            try? await Task.sleep(until: deadline, clock: .continuous)
            self?.checkLiveness()
        }
    }

    private func checkLiveness() {
        let isStale = changeLiveness { $0.timePassed(now: .now) }
        guard isStale else { return }
        transport.reconnectSubscriber()
        // Replies that are on their way are lost with the connection: only where requests are given again.
        if options.retries > 0 { transport.reconnectCommands() }
    }
}

extension RpcClient.MessageStream {
    /// Where the message goes; nil where it is not asked for, or is the copy of an emergency that went before.
    fileprivate mutating func inlet(for message: ApiMessage) -> BoundedInlet<ApiMessage>? {
        guard filter.accepts(message) else { return nil }
        if case .event(let event) = message.content, event.kind == .emergencyStop || event.kind == .emergencyResume {
            if message.topic == .emergency {
                lastEmergency = message.payload
            } else if lastEmergency == message.payload {
                lastEmergency = nil
                return nil
            }
        }
        return inlet
    }
}
