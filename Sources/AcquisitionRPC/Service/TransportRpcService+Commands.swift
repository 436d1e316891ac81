public import AcquisitionModel
import Logging
import Synchronization

extension TransportRpcService {
    /// Answers PENDING_WITH_NOTIFICATION now and publishes what `work` comes to, once and only once.
    public func answerLater(
        to request: ApiCommandRequest,
        _ work: @escaping @Sendable () async throws -> ApiCommandRequestResponse
    ) -> ApiCommandRequestResponse {
        // The delegate's job, which this result belongs to: it publishes none itself, and promises none.
        var trace: AuditTrace?
        if let current = CommandJob.current, current.request == request {
            current.leaveResultToOthers()
            trace = current.trace
        } else {
            desk.keptPromise(request.command, nonce: request.nonce)
        }
        let job = CommandJob(later: request, trace: trace)
        guard let id = desk.open(job, deadline: nil) else {
            return .failed("The service is being stopped")
        }
        run(job, id: id, work)
        return ApiCommandRequestResponse(.pendingWithNotification)
    }

    /// The reply to a request where it is there at once; nil where it follows.
    func answer(_ incoming: IncomingRequest) -> [UInt8]? {
        starting.withLock { _ in }
        let trace = audit == nil ? nil : AuditTrace(incoming)
        let request: ApiCommandRequest
        do {
            request = try read(incoming)
        } catch {
            logger.warning("A request could not be read", metadata: ["reason": "\(error.error)"])
            if let trace { audit?.refused(trace, error) }
            return ApiCommandReply(error).bytes(limits: options.limits)
        }
        if request.command == .none { return reply(.success(), to: request, trace) }
        guard let delegate = delegate.withLock({ $0.function }) else {
            return reply(.unavailable(), to: request, trace)
        }
        let job = CommandJob(request: request, peer: incoming.peer, trace: trace)
        let deadline = options.pendingAfter.map { ContinuousClock.now + $0 }
        guard let id = desk.open(job, deadline: deadline) else {
            return reply(.unavailable("The service is being stopped"), to: request, trace)
        }
        timekeeper?.nudge()
        run(job, id: id) { try await delegate(request) }
        return job.endInline().map { reply($0, to: request, trace) }
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

    func perform(_ action: ReplyState.Action, of job: CommandJob) {
        switch action {
        case .nothing:
            return
        case .reply(let response):
            if let peer = job.peer { transport.reply(reply(response, to: job.request, job.trace), to: peer) }
        case .publish(var response):
            response.command = job.request.command
            response.nonce = job.request.nonce
            audit?.published(job.trace, job.request, response)
            publish(response)
        }
    }

    private func reply(
        _ response: ApiCommandRequestResponse,
        to request: ApiCommandRequest,
        _ trace: AuditTrace?
    ) -> [UInt8] {
        audit?.answered(trace, request, response)
        return ApiCommandReply(response, to: request).bytes(limits: options.limits)
    }

    /// Publishes the result of a pending command. Also while the service stops; data that cannot be written is left
    /// out, so that the client learns the result in any case.
    func publish(_ response: ApiCommandRequestResponse) {
        do {
            try spare.lend { buffers throws(RpcServiceError) in
                do throws(RpcServiceError) {
                    try write(into: &buffers) { response.encode(to: &$0) }
                } catch {
                    var bare = response
                    bare.data = .null
                    bare.errorMessage = "\(error)"
                    try write(into: &buffers) { bare.encode(to: &$0) }
                }
                try state.withLock { state throws(RpcServiceError) in
                    guard state.lifecycle.phase == .running || state.lifecycle.phase == .stopping else { return }
                    try state.publish(buffers.message, on: .commandResult, kind: nil)
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
    func lookAfterCommands() -> Bool {
        transport.tick()
        desk.handOver {
            for job in desk.takeOverdue(now: .now) { perform(job.tookTooLong(), of: job) }
        }
        return desk.hasDeadlines
    }
}
