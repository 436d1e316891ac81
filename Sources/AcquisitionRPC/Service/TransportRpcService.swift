public import AcquisitionModel
import Dispatch
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
    /// Held while the service starts: requests that come in meanwhile, and whoever stops it, wait for the end of that.
    private let starting = Mutex<Void>(())
    /// Left when the service has stopped.
    private let ended = DispatchGroup()
    private let buffers = Mutex<[Buffers]>([])
    /// How long what was published may take to leave when the service stops.
    private static let flushLimit: Duration = .milliseconds(500)
    /// How long a stop waits for another one, which keeps to its own limits.
    private static let stopLimit: DispatchTimeInterval = .seconds(2)

    private struct State {
        var lifecycle = ServiceLifecycle()
        var endpoints: RpcEndpoints?
        var timekeeper: Timekeeper?
        var counter = EventCounter()
        /// The thread that stops the service.
        var stopper: UInt?
    }

    /// A structure, since a bare function would be wrapped once more each time that the lock hands it out: the compiler
    /// converts it for the generic lock, and back, and puts what comes of it into the lock again.
    private struct Delegate: Sendable {
        var answer: CommandRequestDelegate?
    }

    /// What messages are written into, reused from message to message. Nothing that an application gives is encoded
    /// under a lock: it may take its time, and it may call the service.
    private struct Buffers: Sendable {
        var message: JSONWriter
        var inner: JSONWriter
        var context: JSONWriter

        init(limits: WireLimits) {
            message = JSONWriter(limits: limits)
            inner = JSONWriter(limits: limits)
            context = JSONWriter(limits: limits)
        }
    }

    /// A service that is not started yet.
    public init(options: RpcOptions, transport: any ServiceTransport, logger: Logger) {
        self.options = options
        self.transport = transport
        self.logger = logger
        executor = CommandExecutor(logger: logger)
        state = Mutex(State())
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
        self.delegate.withLock { kept in
            let isOver = state.withLock { $0.lifecycle.phase == .stopping || $0.lifecycle.phase == .stopped }
            kept.answer = isOver ? nil : delegate
        }
    }

    /// Binds everything and begins to answer commands and to send heartbeats.
    ///
    /// - Throws: ``RpcServiceError``; then nothing is bound.
    public func start() throws(RpcServiceError) {
        let endpoints = try starting.withLock { _ throws(RpcServiceError) in try bind() }
        logger.info(
            "The service runs",
            metadata: [
                "subscriber": "\(endpoints.subscriber.joined(separator: " "))",
                "command": "\(endpoints.command.joined(separator: " "))",
                "release": "\(options.dialect.release)",
            ]
        )
    }

    private func bind() throws(RpcServiceError) -> RpcEndpoints {
        try state.withLock { state throws(RpcServiceError) in try state.lifecycle.start() }
        let timekeeper = Timekeeper(
            interval: options.heartbeatInterval,
            beat: { [weak self] in self?.sendHeartbeat() },
            look: { [weak self] in self?.lookAfterCommands() ?? false }
        )
        do throws(RpcServiceError) {
            guard timekeeper.start() else {
                throw RpcServiceError(.transport, "The system has no thread for the service's clock")
            }
            let endpoints = try transport.start { [weak self] in self?.answer($0) }
            state.withLock { state in
                state.endpoints = endpoints
                state.timekeeper = timekeeper
                state.lifecycle.started()
            }
            return endpoints
        } catch {
            timekeeper.stop()
            state.withLock { $0.lifecycle.failedToStart() }
            throw error
        }
    }

    /// Ends the service within 2 seconds, blocking the calling thread; where another thread is stopping it, waits for
    /// that.
    public func stop() {
        starting.withLock { _ in }
        let (isFirst, timekeeper) = state.withLock { state in
            let isFirst = state.lifecycle.stop()
            if isFirst {
                state.stopper = Worker.current
                ended.enter()
            }
            return (isFirst, state.timekeeper)
        }
        guard isFirst else { return waitForStop() }
        let (jobs, broken) = desk.closeDown()
        for job in jobs { perform(job.stopping(), of: job) }
        for response in broken { publish(response) }
        desk.waitForHandOvers(atMost: .milliseconds(500))
        // The clock goes on until the transport is closed, since it frees a transport that a delegate blocks.
        transport.stop(flush: Self.flushLimit)
        timekeeper?.stop()
        delegate.withLock { $0.answer = nil }
        state.withLock { state in
            state.lifecycle.stopped()
            state.timekeeper = nil
            state.stopper = nil
        }
        ended.leave()
        logger.info("The service has stopped")
    }

    private func waitForStop() {
        // What is cancelled by the stop may call it again, on the same thread.
        guard state.withLock({ $0.lifecycle.phase == .stopping && $0.stopper != Worker.current }) else { return }
        _ = ended.wait(timeout: .now() + Self.stopLimit)
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
            try transport.publish(topic, payload)
        }
    }

    /// Publishes a message as JSON, wrapped as the dialect says.
    public func sendDict(_ topic: ApiTopic, _ message: JSONObject) throws(RpcServiceError) {
        let kind = message["kind"]?.int.map(ApiEventKind.init(rawValue:))
        try withBuffers { buffers throws(RpcServiceError) in
            let bytes = try write(CamelCaseKeys(.object(message)), into: &buffers)
            try state.withLock { state throws(RpcServiceError) in
                try state.lifecycle.checkSend()
                try publish(bytes, on: topic, kind: kind)
            }
        }
    }

    /// Publishes an event whose payload fits its kind.
    public func sendEvent<Payload>(
        _ type: ApiEventType<Payload>,
        _ payload: Payload,
        when: EventTime?,
        index: Int?
    ) throws(RpcServiceError) {
        let when = when ?? .now
        try withBuffers { buffers throws(RpcServiceError) in
            buffers.context.removeAll(insideLevels: 1)
            payload.encode(to: &buffers.context)
            do throws(WireError) { try buffers.context.check() } catch { throw .cannotEncode(error) }
            let context = WrittenJSON(bytes: buffers.context.bytes)
            // The number is given and the event published under one lock: the numbers grow on the wire too.
            try state.withLock { state throws(RpcServiceError) in
                try state.lifecycle.checkSend()
                let body = ApiEventBody(
                    kind: type.kind,
                    when: when,
                    index: index ?? state.counter.next(),
                    context: context,
                    repeat: options.dialect == .current ? 0 : nil
                )
                try publish(try write(body, into: &buffers), on: .event, kind: type.kind)
            }
        }
    }

    /// Publishes an event as it is.
    public func sendEvent(_ event: ApiEvent) throws(RpcServiceError) {
        var event = event
        // Release 0.9.7 does not know the key.
        if options.dialect == .legacy { event.repeat = nil }
        try withBuffers { buffers throws(RpcServiceError) in
            let bytes = try write(event, into: &buffers)
            try state.withLock { state throws(RpcServiceError) in
                try state.lifecycle.checkSend()
                try publish(bytes, on: .event, kind: event.kind)
            }
        }
    }

    /// Publishes the result of a command that was answered PENDING_WITH_NOTIFICATION.
    public func sendCommandResult(_ response: ApiCommandRequestResponse) throws(RpcServiceError) {
        try withBuffers { buffers throws(RpcServiceError) in
            let bytes = try write(response, into: &buffers)
            try state.withLock { state throws(RpcServiceError) in
                try state.lifecycle.checkSend()
                try publish(bytes, on: .commandResult, kind: nil)
                // Under the lock that begins the stop, which fails every promise that is not kept.
                desk.keptPromise(response.command, nonce: response.nonce)
            }
        }
    }

    private func withBuffers(_ body: (inout Buffers) throws(RpcServiceError) -> Void) throws(RpcServiceError) {
        var buffers = buffers.withLock { $0.popLast() } ?? Buffers(limits: options.limits)
        defer { self.buffers.withLock { if $0.count < 4 { $0.append(buffers) } } }
        try body(&buffers)
    }

    private func write(_ message: some WireEncodable, into buffers: inout Buffers) throws(RpcServiceError) -> [UInt8] {
        do {
            try PublishedPayload.write(message, in: options.dialect, to: &buffers.message, inner: &buffers.inner)
        } catch {
            throw .cannotEncode(error)
        }
        return buffers.message.bytes
    }

    /// Under the lock of the state: by one thread at a time.
    private func publish(_ bytes: [UInt8], on topic: ApiTopic, kind: ApiEventKind?) throws(RpcServiceError) {
        // The published order: first on EMERGENCY, then the same on EVENT.
        if topic == .event, kind == .emergencyStop || kind == .emergencyResume {
            try transport.publish(.emergency, bytes)
        }
        try transport.publish(topic, bytes)
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
            try withBuffers { buffers throws(RpcServiceError) in
                let bytes = try write(heartbeat, into: &buffers)
                try state.withLock { state throws(RpcServiceError) in
                    guard state.lifecycle.phase == .running else { return }
                    try publish(bytes, on: .heartbeat, kind: nil)
                }
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
        // The delegate's job, which this result belongs to: it publishes none itself, and promises none.
        if let current = CommandJob.current, current.request == request {
            current.leaveResultToOthers()
        } else {
            desk.keptPromise(request.command, nonce: request.nonce)
        }
        let job = CommandJob(later: request)
        guard let id = desk.open(job, deadline: nil) else {
            return .failed("The service is being stopped")
        }
        run(job, id: id, work)
        return ApiCommandRequestResponse(.pendingWithNotification)
    }

    /// The reply to a request where it is there at once; nil where it follows.
    private func answer(_ incoming: IncomingRequest) -> [UInt8]? {
        starting.withLock { _ in }
        let request: ApiCommandRequest
        do {
            request = try read(incoming)
        } catch {
            logger.warning("A request could not be read", metadata: ["reason": "\(error.error)"])
            return ApiCommandReply(error).bytes(limits: options.limits)
        }
        if request.command == .none { return reply(.success(), to: request) }
        guard let delegate = delegate.withLock({ $0.answer }) else { return reply(.unavailable(), to: request) }
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
            if response.result == .pendingWithNotification { desk.promise(job) }
            desk.handOver { perform(job.returned(response), of: job) }
            desk.close(id)
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
            try withBuffers { buffers throws(RpcServiceError) in
                let bytes: [UInt8]
                do throws(RpcServiceError) {
                    bytes = try write(response, into: &buffers)
                } catch {
                    var bare = response
                    bare.data = .null
                    bare.errorMessage = "\(error)"
                    bytes = try write(bare, into: &buffers)
                }
                try state.withLock { state throws(RpcServiceError) in
                    guard state.lifecycle.phase == .running || state.lifecycle.phase == .stopping else { return }
                    try publish(bytes, on: .commandResult, kind: nil)
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
        desk.handOver {
            for job in desk.takeOverdue(now: .now) { perform(job.tookTooLong(), of: job) }
        }
        return desk.isBusy
    }
}

/// JSON that has been written already.
private struct WrittenJSON: WireEncodable {
    let bytes: [UInt8]

    func encode(to writer: inout JSONWriter) { writer.writeJSON(bytes) }
}
