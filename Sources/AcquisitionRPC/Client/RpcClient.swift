public import AcquisitionModel
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
    private let transport: any ClientTransport
    /// Nobody is woken up while this is held: the runtime holds a task that is being cancelled until its handlers have
    /// returned, and those take this lock; whoever wakes the task up would wait for them, and they for him.
    private let state: Mutex<State>
    /// Keeps the changes of the liveness in order on their way to the streams. Taken before `state`, and by no handler.
    private let telling = Mutex(())
    private let isClosed = Atomic(false)

    struct State: Sendable {
        var lastID: UInt64 = 0
        var nonces = NonceSource()
        var pending = PendingRequests()
        var liveness: LivenessState
        var areCommandsConnected = false
        var areEventsConnected = false
        var waitingForEvents: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var messageStreams: [UInt64: MessageStream] = [:]
        var livenessStreams: [UInt64: BoundedInlet<Liveness>] = [:]
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
        transport.subscribe(ApiTopic.heartbeat.frame)
        transport.subscribe(ApiTopic.commandResult.frame)
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
    private static let patienceForEvents: Duration = .seconds(1)
    private static let closed = RpcClientError(.closed, "The client has been closed")

    // MARK: - Commands

    /// Gives a command and returns the immediate reply, whatever it says.
    ///
    /// - Parameters:
    ///   - command: what to do.
    ///   - customCommand: which command of the lab's own, with `ApiCommand.userDefined`.
    ///   - data: what the command needs; its keys go out in camelCase.
    ///   - timeout: how long to wait for a service and for its reply; nil for the options' time.
    /// - Throws: ``RpcClientError``, or `CancellationError` where the task is cancelled.
    public func request(
        _ command: ApiCommand,
        customCommand: JSONValue = -1,
        data: JSONValue = .null,
        timeout: Duration? = nil
    ) async throws -> ApiCommandReply {
        try await request(makeRequest(command, customCommand, data), timeout: timeout)
    }

    /// Gives a command as it is, under its own nonce.
    ///
    /// - Throws: ``RpcClientError``, or `CancellationError` where the task is cancelled.
    public func request(_ request: ApiCommandRequest, timeout: Duration? = nil) async throws -> ApiCommandReply {
        let bytes: [UInt8]
        do {
            bytes = try request.encoded(limits: options.limits)
        } catch {
            throw RpcClientError(.cannotEncode, "The request cannot be sent: \(error)")
        }
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let limit = timeout ?? options.timeout
        let expire: @Sendable () -> Void = { [self] in
            transport.forget(id: id)
            let (mayBeSent, reply) = state.withLock { ($0.pending.mayBeSent(id), $0.pending.takeReply(id)) }
            reply?.resume(returning: .failure(Self.noReply(within: limit, mayBeSent: mayBeSent)))
        }
        let result = await expiring(after: limit, expire) { [self] isOver in
            await withCheckedContinuation { (continuation: PendingRequests.Reply) in
                state.withLock {
                    $0.pending.expectReply(id, mayBeSent: $0.areCommandsConnected, continuation)
                }
                if isClosed.load(ordering: .acquiring) {
                    state.withLock { $0.pending.takeReply(id) }?.resume(returning: .failure(Self.closed))
                } else if !isOver() {
                    transport.send(bytes, id: id)
                }
                // Over before there was anything to end, or while the request was handed over: it must not go out
                // when nobody waits any more.
                if isOver() { expire() }
            }
        }
        return try finish(result)
    }

    /// What came of a wait; where it came to nothing since the task was cancelled, `CancellationError`.
    private func finish<Value>(_ result: Result<Value, RpcClientError>) throws -> Value {
        if case .failure = result { try Task.checkCancellation() }
        return try result.get()
    }

    /// Gives a command and returns its final result: where the reply is PENDING_WITH_NOTIFICATION, what is published
    /// under its nonce.
    ///
    /// The client hears results before the request goes out, so that none is missed. A client that gives up does not
    /// stop the command.
    ///
    /// - Parameters:
    ///   - command: what to do.
    ///   - customCommand: which command of the lab's own, with `ApiCommand.userDefined`.
    ///   - data: what the command needs; its keys go out in camelCase.
    ///   - timeout: how long to wait for a service and for its reply; nil for the options' time.
    ///   - resultTimeout: how long to wait for the result of a pending command; nil for as long as it takes.
    ///   - onPending: called when the command turned out to be pending.
    /// - Throws: ``RpcClientError``, or `CancellationError` where the task is cancelled.
    public func perform(
        _ command: ApiCommand,
        customCommand: JSONValue = -1,
        data: JSONValue = .null,
        timeout: Duration? = nil,
        resultTimeout: Duration? = nil,
        onPending: @Sendable (ApiCommandReply) -> Void = { _ in }
    ) async throws -> ApiCommandReply {
        try await perform(
            makeRequest(command, customCommand, data),
            timeout: timeout,
            resultTimeout: resultTimeout,
            onPending: onPending
        )
    }

    /// Gives a command as it is, under its own nonce, and returns its final result.
    ///
    /// - Throws: ``RpcClientError``, or `CancellationError` where the task is cancelled.
    public func perform(
        _ request: ApiCommandRequest,
        timeout: Duration? = nil,
        resultTimeout: Duration? = nil,
        onPending: @Sendable (ApiCommandReply) -> Void = { _ in }
    ) async throws -> ApiCommandReply {
        // An emergency stop waits for nothing; it is never pending either.
        if request.command != .emergencyStop {
            await waitForEvents(atMost: min(timeout ?? options.timeout, Self.patienceForEvents))
        }
        let id = state.withLock { state in
            state.lastID += 1
            state.pending.announceResult(nonce: request.nonce, id: state.lastID)
            return state.lastID
        }
        defer { _ = state.withLock { $0.pending.forgetResult(nonce: request.nonce, id: id) } }
        let reply = try await self.request(request, timeout: timeout)
        guard reply.result == .pendingWithNotification else { return reply }
        onPending(reply)
        let giveUp: @Sendable (RpcClientError) -> Void = { [self] error in
            let outcome = state.withLock { $0.pending.forgetResult(nonce: request.nonce, id: id) }
            outcome?.resume(returning: .failure(error))
        }
        let expire: @Sendable () -> Void = {
            let limit = resultTimeout.map { " within \($0)" } ?? ""
            giveUp(RpcClientError(.noResult, "The command is pending; its result did not come\(limit)"))
        }
        let result = await expiring(after: resultTimeout, expire) { [self] isOver in
            await withCheckedContinuation { (continuation: PendingRequests.Outcome) in
                let arrived = state.withLock {
                    $0.pending.awaitResult(nonce: request.nonce, id: id, continuation)
                }
                if let arrived {
                    continuation.resume(returning: .success(arrived))
                } else if isClosed.load(ordering: .acquiring) {
                    giveUp(Self.closed)
                } else if isOver() {
                    expire()
                }
            }
        }
        return ApiCommandReply(try finish(result), to: request)
    }

    private func makeRequest(_ command: ApiCommand, _ custom: JSONValue, _ data: JSONValue) -> ApiCommandRequest {
        let nonce = state.withLock { $0.nonces.next() }
        return ApiCommandRequest(command, customCommand: custom, nonce: .integer(nonce), data: data)
    }

    /// Only a request that cannot have reached a service found no peer: such a command may be given again.
    private static func noReply(within limit: Duration, mayBeSent: Bool) -> RpcClientError {
        mayBeSent
            ? RpcClientError(.noAnswer, "The service did not answer within \(limit)")
            : RpcClientError(.noPeer, "There is no service to answer: no connection within \(limit)")
    }

    /// Waits until the connection for what is published stands, or the time is over.
    private func waitForEvents(atMost limit: Duration) async {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let giveUp: @Sendable () -> Void = { [self] in
            state.withLock { $0.waitingForEvents.removeValue(forKey: id) }?.resume()
        }
        await expiring(after: limit, giveUp) { [self] isOver in
            await withCheckedContinuation { continuation in
                let isThere = state.withLock { state in
                    if !state.areEventsConnected { state.waitingForEvents[id] = continuation }
                    return state.areEventsConnected
                }
                if isThere {
                    continuation.resume()
                } else if isClosed.load(ordering: .acquiring) || isOver() {
                    giveUp()
                }
            }
        }
    }

    /// Waits with `wait`; calls `expire`, which must end it, after `limit` or when the task is cancelled.
    ///
    /// That may be before `wait` has anything to end: once it has, it asks whether the time is over already.
    private func expiring<Value: Sendable>(
        after limit: Duration?,
        _ expire: @escaping @Sendable () -> Void,
        wait: (_ isOver: () -> Bool) async -> Value
    ) async -> Value {
        let expiry = Expiry(expire)
        let timer = limit.map { limit in
            Task {
                if (try? await Task.sleep(for: limit)) != nil { expiry.expire() }
            }
        }
        defer { timer?.cancel() }
        return await withTaskCancellationHandler {
            await wait { expiry.isOver }
        } onCancel: {
            expiry.expire()
        }
    }

    private final class Expiry: Sendable {
        private let state = Atomic(false)
        private let action: @Sendable () -> Void

        init(_ action: @escaping @Sendable () -> Void) { self.action = action }

        var isOver: Bool { state.load(ordering: .sequentiallyConsistent) }

        func expire() {
            state.store(true, ordering: .sequentiallyConsistent)
            action()
        }
    }

    // MARK: - What is published

    /// What is published, filtered, from now on. Ends when the client is closed or the reader stops.
    ///
    /// An emergency is published on two topics; where both are asked for, it is delivered once.
    ///
    /// - Parameters:
    ///   - topics: the topics; none for all.
    ///   - kinds: of events only those of these kinds; none for all.
    ///   - capacity: how many messages may wait to be read; the oldest is dropped, and counted, beyond that.
    public func messages(
        topics: Set<ApiTopic> = [],
        kinds: Set<ApiEventKind> = [],
        capacity: Int = 10_000
    ) -> BoundedStream<ApiMessage> {
        let filter = MessageFilter(topics: topics, kinds: kinds)
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let (stream, inlet) = BoundedStream<ApiMessage>.make(capacity: capacity) { [weak self] in
            guard let self else { return }
            guard state.withLock({ $0.messageStreams.removeValue(forKey: id) }) != nil else { return }
            for prefix in filter.prefixes { transport.unsubscribe(prefix) }
        }
        state.withLock { $0.messageStreams[id] = MessageStream(filter: filter, inlet: inlet) }
        for prefix in filter.prefixes { transport.subscribe(prefix) }
        if isClosed.load(ordering: .acquiring) { inlet.finish() }
        return stream
    }

    // MARK: - The peer

    /// The last heartbeat; nil where none came yet.
    public var lastHeartbeat: HeartbeatMessage? { state.withLock { $0.liveness.heartbeat } }

    /// The dialect of the service, as its heartbeat says; nil where none came yet.
    public var dialect: Dialect? { lastHeartbeat.map { Dialect(release: $0.version) } }

    /// Whether the service lives, now.
    public var currentLiveness: Liveness { state.withLock { $0.liveness.liveness } }

    /// Whether there is a connection for commands, now.
    public var isConnected: Bool { state.withLock { $0.areCommandsConnected } }

    /// Whether the service lives: the present answer, then every change.
    public func liveness() -> BoundedStream<Liveness> {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let (stream, inlet) = BoundedStream<Liveness>.make(capacity: 64) { [weak self] in
            self?.state.withLock { _ = $0.livenessStreams.removeValue(forKey: id) }
        }
        state.withLock { state in
            state.livenessStreams[id] = inlet
            // The stream is new: there is nobody whom this could wake up.
            inlet.yield(state.liveness.liveness)
        }
        if isClosed.load(ordering: .acquiring) { inlet.finish() }
        return stream
    }

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
                if isConnected { state.pending.connected() }
            }
        case .eventsConnected(let isConnected):
            let waiting = state.withLock { state in
                state.areEventsConnected = isConnected
                defer { if isConnected { state.waitingForEvents = [:] } }
                return isConnected ? Array(state.waitingForEvents.values) : []
            }
            for continuation in waiting { continuation.resume() }
            changeLiveness { $0.connected(isConnected) }
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
            changeLiveness { $0.received(heartbeat, now: .now) }
            watchLiveness(state.withLock { $0.liveness.deadline })
        case .commandResult(let response):
            state.withLock { $0.pending.received(response) }?.resume(returning: .success(response))
        default: break
        }
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
        if isStale { transport.reconnectSubscriber() }
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
