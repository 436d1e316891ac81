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
        var key: AnswerMemory.Key?
        if let current = CommandJob.current, current.request == request {
            current.leaveResultToOthers()
            key = current.key
        } else if case .inTime(let kept) = desk.keptPromise(request.command, nonce: request.nonce) {
            key = kept
        } else {
            tally.add(.lateResults)
            return .failed(tooLong)
        }
        let job = CommandJob(later: request, sender: CommandSender.current, key: key)
        guard desk.open(later: job) else { return .failed("The service is being stopped") }
        timekeeper?.nudge()
        run(job, work)
        return ApiCommandRequestResponse(.pendingWithNotification)
    }

    /// The reply to a request where it is there at once; nil where it follows.
    func answer(_ incoming: IncomingRequest) -> [UInt8]? {
        starting.withLock { _ in }
        let request: ApiCommandRequest
        do {
            request = try read(incoming)
        } catch {
            tally.add(.unreadable)
            logger.warning("A request could not be read", metadata: ["reason": "\(error.error)"])
            return ApiCommandReply(error).bytes(limits: options.limits)
        }
        if let refusal = refusal(of: request, from: incoming.sender) { return refusal.bytes(limits: options.limits) }
        if request.command == .none { return bytes(.success(), to: request) }
        if incoming.isCrowded, request.command != .emergencyStop { return refuse(request, .blocked) }
        guard let delegate = delegate.withLock({ $0.function }) else { return bytes(.unavailable(), to: request) }
        let job = CommandJob(
            request: request,
            peer: incoming.peer,
            sender: incoming.sender,
            key: memoryKey(request, incoming)
        )
        let now = ContinuousClock.now
        let digest = job.key.map { _ in BodyDigest(incoming.frames[0]) }
        switch desk.open(job, digest: digest, now: now, deadline: options.pendingAfter.map { now + $0 }) {
        case .admitted: break
        case .closed: return bytes(.unavailable("The service is being stopped"), to: request)
        case .refused(let refusal): return refuse(request, refusal)
        case .again(let verdict): return answerAgain(request, verdict)
        }
        tally.add(.commands)
        timekeeper?.nudge()
        run(job) { try await delegate(request) }
        return job.endInline().map { reply($0, of: job) }
    }

    private var tooLong: String {
        let limit = options.load.pendingTime.map { " more than \($0)" } ?? " too long"
        return "The command was pending for\(limit), and was given up"
    }

    /// What a command is remembered by: only where it may be given again, and its client says which it is.
    private func memoryKey(_ request: ApiCommandRequest, _ incoming: IncomingRequest) -> AnswerMemory.Key? {
        guard options.deduplicate != nil, request.nonce != 0, !request.nonce.isNull else { return nil }
        let client = request.client.map { Array("name \(incoming.sender?.user ?? "") \($0)".utf8) }
        let connection = incoming.peer.envelope.first.map { Array("connection ".utf8) + $0 }
        return AnswerMemory.Key(client: client ?? connection ?? [], nonce: request.nonce)
    }

    private func refuse(_ request: ApiCommandRequest, _ reason: Admission.Refusal) -> [UInt8] {
        tally.add(.refusedForLoad)
        logger.debug(
            "A command was refused",
            metadata: ["command": "\(request.command)", "nonce": "\(request.nonce)", "reason": "\(reason.message)"]
        )
        return refusal(.unavailable(reason.message), of: request)
    }

    /// A refusal of the service itself, and not of the application.
    private func refusal(_ response: ApiCommandRequestResponse, of request: ApiCommandRequest) -> [UInt8] {
        var reply = ApiCommandReply(response, to: request)
        reply.errorKind = .systemError
        return reply.bytes(limits: options.limits)
    }

    /// The answer to a command that came before; nil where it is still to come.
    private func answerAgain(_ request: ApiCommandRequest, _ verdict: AnswerMemory.Verdict) -> [UInt8]? {
        switch verdict {
        case .new, .running:
            tally.add(.answeredAgain)
            return nil
        case .answered(let reply, let result):
            tally.add(.answeredAgain)
            // Whoever asks again may have missed it.
            if let result { publish(result) }
            return reply
                ?? refusal(.unavailable("The command was carried out; its answer is not kept any more"), of: request)
        case .crowded:
            tally.add(.refusedForLoad)
            return refusal(.unavailable("The command runs; too many wait for its answer (rule: run once)"), of: request)
        case .conflict:
            tally.add(.nonceReused)
            let message = "The nonce \(request.nonce) stands for another command (rule: one nonce, one command)"
            return refusal(.failed(message), of: request)
        case .full:
            tally.add(.refusedForLoad)
            let message =
                "\(AnswerMemory.mostEntries) commands are remembered already; try again later (rule: run once)"
            return refusal(.unavailable(message), of: request)
        }
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
        _ work: @escaping @Sendable () async throws -> ApiCommandRequestResponse
    ) {
        let body: @Sendable () async -> Void = { [self] in
            let response = await CommandJob.$current.withValue(job) { await executor.run(job.request, work) }
            if job.isExpired { tally.add(.lateResults) }
            if response.result == .pendingWithNotification {
                desk.promise(job)
                timekeeper?.nudge()
            }
            desk.handOver { perform(job.returned(response), of: job) }
            desk.close(job)
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
            let bytes = reply(response, of: job)
            if let peer = job.peer { transport.reply(bytes, to: peer) }
        case .publish(var response):
            response.command = job.request.command
            response.nonce = job.request.nonce
            desk.ended(job.key, response)
            publish(response)
        }
    }

    /// The first answer of a command: remembers it, and gives it to whoever asked again meanwhile.
    private func reply(_ response: ApiCommandRequestResponse, of job: CommandJob) -> [UInt8] {
        let bytes = bytes(response, to: job.request)
        let isPending = response.result == .pendingWithNotification
        for peer in desk.answered(job, bytes, isPending: isPending) { transport.reply(bytes, to: peer) }
        return bytes
    }

    private func bytes(_ response: ApiCommandRequestResponse, to request: ApiCommandRequest) -> [UInt8] {
        ApiCommandReply(response, to: request).bytes(limits: options.limits)
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

    /// Tells the clients of commands that take long, and gives up what is pending for too long.
    func lookAfterCommands() -> Timekeeper.Work {
        transport.tick()
        let now = ContinuousClock.now
        desk.handOver {
            for job in desk.takeOverdue(now: now) { perform(job.tookTooLong(), of: job) }
            let (jobs, broken) = desk.takeExpired(now: now)
            tally.add(.expired, jobs.count + broken.count)
            for job in jobs { perform(job.expired(tooLong), of: job) }
            for broken in broken { publish(broken, tooLong) }
        }
        if desk.hasDeadlines { return .now }
        return desk.nextExpiry.map(Timekeeper.Work.at) ?? .none
    }

    /// Publishes FAILED in place of a result that the application owes.
    func publish(_ broken: CommandDesk.BrokenPromise, _ message: String) {
        let response = broken.response(message)
        desk.ended(broken.key, response)
        publish(response)
    }
}
