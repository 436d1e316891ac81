public import AcquisitionModel
public import Logging
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The service over any transport. `createApiService` of AcquisitionZeroMQ makes one over ZeroMQ, ``InProcessTransport``
/// carries one within a process.
public final class TransportRpcService: RpcService {
    /// What the service was made with.
    public let options: RpcOptions
    private let transport: any ServiceTransport
    private let logger: Logger
    private let executor: CommandExecutor
    private let desk = CommandDesk()
    private let state: Mutex<State>
    private let delegate = Mutex(Delegate())
    /// How long what was published may take to leave when the service stops.
    private static let flushLimit: Duration = .milliseconds(500)

    /// The function stands in a struct of its own: a function that is itself what a generic lock guards is wrapped once
    /// more by the compiler each time it passes through the lock, and every call would be slower than the one before.
    private struct Delegate {
        var function: CommandRequestDelegate?
    }

    private struct State {
        var lifecycle = ServiceLifecycle()
        var endpoints: RpcEndpoints?
        var timekeeper: Timekeeper?
        var counter = EventCounter()
        /// Reused from message to message.
        var writer: JSONWriter
        var inner: JSONWriter
    }

    /// A service that is not started yet.
    public init(options: RpcOptions, transport: any ServiceTransport, logger: Logger) {
        self.options = options
        self.transport = transport
        self.logger = logger
        executor = CommandExecutor(logger: logger)
        state = Mutex(State(writer: JSONWriter(limits: options.limits), inner: JSONWriter(limits: options.limits)))
    }

    deinit {
        // Whoever lets go of a running service did not stop it; nothing of it may live on.
        let (timekeeper, isRunning) = state.withLock { ($0.timekeeper, $0.lifecycle.stop()) }
        timekeeper?.stop()
        guard isRunning else { return }
        for job in desk.closeDown().jobs { _ = job.stopping() }
        let transport = transport
        Worker.start("rpc-stop") { transport.stop(flush: .zero) }
    }

    // MARK: - Life

    /// Where the service can be reached; nil unless it runs.
    public var endpoints: RpcEndpoints? {
        state.withLock { $0.lifecycle.phase == .running ? $0.endpoints : nil }
    }

    /// Sets who answers commands; nil for nobody.
    public func setDelegate(_ delegate: CommandRequestDelegate?) {
        let isOver = state.withLock { $0.lifecycle.phase == .stopping || $0.lifecycle.phase == .stopped }
        self.delegate.withLock { $0.function = isOver ? nil : delegate }
    }

    /// Binds everything and begins to answer commands and to send heartbeats.
    ///
    /// - Throws: ``RpcServiceError``; then nothing is bound.
    public func start() throws(RpcServiceError) {
        try state.withLock { state throws(RpcServiceError) in try state.lifecycle.start() }
        let timekeeper = Timekeeper(
            interval: options.heartbeatInterval,
            beat: { [weak self] in self?.sendHeartbeat() },
            look: { [weak self] in self?.lookAfterCommands() ?? false }
        )
        do throws(RpcServiceError) {
            let endpoints = try transport.start { [weak self] in self?.answer($0) }
            guard timekeeper.start() else {
                transport.stop(flush: .zero)
                throw RpcServiceError(.transport, "The system has no thread for the service's clock")
            }
            state.withLock { state in
                state.endpoints = endpoints
                state.timekeeper = timekeeper
                state.lifecycle.started()
            }
            logger.info(
                "The service runs",
                metadata: [
                    "subscriber": "\(endpoints.subscriber.joined(separator: " "))",
                    "command": "\(endpoints.command.joined(separator: " "))",
                    "release": "\(options.dialect.release)",
                ]
            )
        } catch {
            state.withLock { $0.lifecycle.failedToStart() }
            throw error
        }
    }

    /// Ends the service within 2 seconds, blocking the calling thread.
    public func stop() {
        let (isFirst, timekeeper) = state.withLock { ($0.lifecycle.stop(), $0.timekeeper) }
        guard isFirst else { return }
        let (jobs, broken) = desk.closeDown()
        for job in jobs { perform(job.stopping(), of: job) }
        for response in broken { publish(response) }
        // The clock goes on until the transport is closed, since it frees a transport that a delegate blocks.
        transport.stop(flush: Self.flushLimit)
        timekeeper?.stop()
        delegate.withLock { $0.function = nil }
        state.withLock { state in
            state.lifecycle.stopped()
            state.timekeeper = nil
        }
        logger.info("The service has stopped")
    }

    /// Ends the service within 2 seconds, without blocking a thread of the pool.
    public func stop() async {
        await withCheckedContinuation { continuation in
            let stop: @Sendable () -> Void = {
                self.stop()
                continuation.resume()
            }
            if !Worker.start("rpc-stop", stop) { stop() }
        }
    }

    // MARK: - Sending

    /// Publishes bytes as they are.
    public func send(_ topic: ApiTopic, _ payload: [UInt8]) throws(RpcServiceError) {
        guard payload.count <= options.limits.size else {
            let rule = "the message has \(payload.count) bytes; at most \(options.limits.size) are allowed"
            throw RpcServiceError(.cannotEncode, "The message cannot be sent: \(rule) (rule: size)")
        }
        try state.withLock { state throws(RpcServiceError) in
            try state.lifecycle.checkSend()
            try transport.publish(topic, payload.span.bytes)
        }
    }

    /// Publishes a message as JSON, wrapped as the dialect says.
    public func sendDict(_ topic: ApiTopic, _ message: JSONObject) throws(RpcServiceError) {
        let kind = message["kind"]?.int.map(ApiEventKind.init(rawValue:))
        try state.withLock { state throws(RpcServiceError) in
            try state.lifecycle.checkSend()
            try send(on: topic, kind: kind, &state) { CamelCaseKeys(.object(message)).encode(to: &$0) }
        }
    }

    /// Publishes an event whose payload fits its kind.
    public func sendEvent<Payload>(
        _ type: ApiEventType<Payload>,
        _ payload: Payload,
        when: EventTime?,
        index: Int?
    ) throws(RpcServiceError) {
        let now = EventCounter.nanoseconds()
        let count = options.dialect == .current ? 0 : nil
        try state.withLock { state throws(RpcServiceError) in
            try state.lifecycle.checkSend()
            let index = index ?? state.counter.next(now: now)
            try send(on: .event, kind: type.kind, &state) { writer in
                if let when {
                    ApiEvent.write(type.kind, when, index, payload, repeat: count, to: &writer)
                } else {
                    let when = Double(now) / 1e9
                    ApiEvent.write(type.kind, when, index, payload, repeat: count, to: &writer)
                }
            }
        }
    }

    /// Publishes an event as it is.
    public func sendEvent(_ event: ApiEvent) throws(RpcServiceError) {
        try state.withLock { state throws(RpcServiceError) in
            try state.lifecycle.checkSend()
            var event = event
            // Release 0.9.7 does not know the key.
            if options.dialect == .legacy { event.repeat = nil }
            try send(on: .event, kind: event.kind, &state) { event.encode(to: &$0) }
        }
    }

    /// Publishes the result of a command that was answered PENDING_WITH_NOTIFICATION.
    public func sendCommandResult(_ response: ApiCommandRequestResponse) throws(RpcServiceError) {
        try state.withLock { state throws(RpcServiceError) in
            try state.lifecycle.checkSend()
            try send(on: .commandResult, kind: nil, &state) { response.encode(to: &$0) }
        }
        desk.keptPromise(response)
    }

    private func send(
        on topic: ApiTopic,
        kind: ApiEventKind?,
        _ state: inout State,
        _ message: (inout JSONWriter) -> Void
    ) throws(RpcServiceError) {
        do {
            try PublishedPayload.write(in: options.dialect, to: &state.writer, inner: &state.inner, message)
        } catch {
            throw .cannotEncode(error)
        }
        try state.writer.withBytes { bytes throws(RpcServiceError) in
            // The published order: first on EMERGENCY, then the same on EVENT.
            if topic == .event, kind == .emergencyStop || kind == .emergencyResume {
                try transport.publish(.emergency, bytes.bytes)
            }
            try transport.publish(topic, bytes.bytes)
        }
    }

    private func sendHeartbeat() {
        let heartbeat = HeartbeatMessage(
            identifier: options.identifier,
            version: options.dialect.release,
            timestamp: Date().timeIntervalSince1970,
            implementation: Implementation.name,
            implementationVersion: Implementation.version
        )
        do {
            try state.withLock { state throws(RpcServiceError) in
                guard state.lifecycle.phase == .running else { return }
                try send(on: .heartbeat, kind: nil, &state) { heartbeat.encode(to: &$0) }
            }
        } catch {
            logger.error("A heartbeat could not be sent", metadata: ["error": "\(error)"])
        }
    }

    // MARK: - Commands

    /// Answers PENDING_WITH_NOTIFICATION now and publishes what `work` comes to, once and only once.
    public func answerLater(
        to request: ApiCommandRequest,
        _ work: @escaping @Sendable () async throws -> ApiCommandRequestResponse
    ) -> ApiCommandRequestResponse {
        let job = CommandJob(later: request)
        guard let id = desk.open(job, deadline: nil) else {
            return .failed("The service is being stopped")
        }
        CommandJob.current?.leaveToWork()
        run(job, id: id, work)
        return ApiCommandRequestResponse(.pendingWithNotification)
    }

    /// The reply to a request where it is there at once; nil where it follows.
    private func answer(_ incoming: IncomingRequest) -> [UInt8]? {
        let request: ApiCommandRequest
        do {
            request = try read(incoming)
        } catch {
            logger.warning("A request could not be read", metadata: ["reason": "\(error.error)"])
            return ApiCommandReply(error).bytes(limits: options.limits)
        }
        if request.command == .none { return reply(.success(), to: request) }
        guard let delegate = delegate.withLock({ $0.function }) else { return reply(.unavailable(), to: request) }
        let job = CommandJob(request: request, peer: incoming.peer)
        let deadline = options.pendingAfter.map { ContinuousClock.now + $0 }
        guard let id = desk.open(job, deadline: deadline) else {
            return reply(.unavailable("The service is being stopped"), to: request)
        }
        timekeeper?.nudge()
        run(job, id: id) { try await delegate(request) }
        return job.endInline().map { reply($0, to: request) }
    }

    private var timekeeper: Timekeeper? { state.withLock { $0.timekeeper } }

    private func read(_ incoming: IncomingRequest) throws(UnreadableRequest) -> ApiCommandRequest {
        let frames = incoming.frames
        if frames.count == 1, incoming.problem == nil {
            return try ApiCommandRequest(bytes: frames[0], dialect: options.dialect, limits: options.limits)
        }
        let error =
            incoming.problem ?? WireError(.frames, "A request has 1 frame, this one has \(frames.count)")
        let readable = frames.lazy.compactMap { try? JSONReader.read($0, limits: self.options.limits) }.first
        throw UnreadableRequest(error: error, nonce: readable?["nonce"])
    }

    /// Runs `work` at once on this thread as far as it does not suspend, and then wherever it is resumed.
    private func run(
        _ job: CommandJob,
        id: UInt64,
        _ work: @escaping @Sendable () async throws -> ApiCommandRequestResponse
    ) {
        let body: @Sendable () async -> Void = { [self] in
            let response = await CommandJob.$current.withValue(job) { await executor.run(job.request, work) }
            if response.result == .pendingWithNotification, job.peer != nil, !job.isLeftToWork {
                desk.promise(job.request)
            }
            let action = job.returned(response)
            desk.close(id)
            perform(action, of: job)
        }
        // Before macOS 26 there is no immediate task: the delegate then costs a change of threads.
        if #available(macOS 26.0, iOS 26.0, tvOS 26.0, watchOS 26.0, visionOS 26.0, *) {
            job.keep(job.peer == nil ? Task { await body() } : Task.immediate { await body() })
        } else {
            job.keep(Task { await body() })
        }
    }

    private func perform(_ action: ReplyState.Action, of job: CommandJob) {
        switch action {
        case .nothing:
            return
        case .reply(let response):
            if let peer = job.peer { transport.reply(reply(response, to: job.request), to: peer) }
        case .publish(var response):
            response.command = job.request.command
            response.nonce = job.request.nonce
            publish(response)
        }
    }

    private func reply(_ response: ApiCommandRequestResponse, to request: ApiCommandRequest) -> [UInt8] {
        ApiCommandReply(response, to: request).bytes(limits: options.limits)
    }

    /// Publishes the result of a pending command. Also while the service stops; data that cannot be written is left
    /// out, so that the client learns the result in any case.
    private func publish(_ response: ApiCommandRequestResponse) {
        do {
            try state.withLock { state throws(RpcServiceError) in
                guard state.lifecycle.phase == .running || state.lifecycle.phase == .stopping else { return }
                do throws(RpcServiceError) {
                    try send(on: .commandResult, kind: nil, &state) { response.encode(to: &$0) }
                } catch  where error.code == .cannotEncode {
                    var bare = response
                    bare.data = .null
                    bare.errorMessage = "\(error)"
                    try send(on: .commandResult, kind: nil, &state) { bare.encode(to: &$0) }
                }
            }
        } catch {
            logger.error(
                "The result of a command could not be published",
                metadata: ["command": "\(response.command)", "nonce": "\(response.nonce)", "error": "\(error)"]
            )
        }
    }

    /// Tells the clients of commands that take long; whether anything is under way.
    private func lookAfterCommands() -> Bool {
        transport.tick()
        for job in desk.takeOverdue(now: .now) { perform(job.tookTooLong(), of: job) }
        return desk.hasDeadlines
    }
}
