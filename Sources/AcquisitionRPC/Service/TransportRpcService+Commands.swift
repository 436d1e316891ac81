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
        var trace: AuditTrace?
        if let current = CommandJob.current, current.request == request {
            current.leaveResultToOthers()
            key = current.key
            trace = current.trace
        } else if case .inTime(let kept) = desk.keptPromise(request.command, nonce: request.nonce) {
            key = kept
        } else {
            tally.add(.lateResults)
            return .failed(tooLong)
        }
        let job = CommandJob(later: request, sender: CommandSender.current, key: key, trace: trace)
        guard desk.open(later: job) else { return .failed("The service is being stopped") }
        timekeeper?.nudge()
        run(job, work)
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
            tally.add(.unreadable)
            log.warning("A request could not be read", ["reason": "\(error.error)"])
            if let trace { audit?.refused(trace, error) }
            return ApiCommandReply(error).bytes(limits: options.limits)
        }
        let arrived = ArrivedCommand(request: request, incoming: incoming, trace: trace)
        if let refusal = refusal(of: request, from: incoming.sender) { return answer(arrived, with: refusal) }
        if request.command == .none { return answer(arrived, with: .success()) }
        if incoming.isCrowded, request.command != .emergencyStop { return refuse(arrived, .blocked) }
        guard let delegate = delegate.withLock({ $0.function }) else { return answer(arrived, with: .unavailable()) }
        let job = CommandJob(
            request: request,
            peer: incoming.peer,
            sender: incoming.sender,
            key: options.deduplicate == nil ? nil : arrived.memoryKey,
            trace: trace
        )
        let now = ContinuousClock.now
        let digest = job.key.map { _ in BodyDigest(incoming.frames[0]) }
        switch desk.open(job, digest: digest, now: now, deadline: options.pendingAfter.map { now + $0 }) {
        case .admitted: break
        case .closed: return answer(arrived, with: .unavailable("The service is being stopped"))
        case .refused(let reason): return refuse(arrived, reason)
        case .again(let verdict): return answerAgain(arrived, verdict)
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
            audit?.published(job.trace, job.request, response)
            publish(response)
        }
    }

    /// The first answer of a command: remembers it, and gives it to whoever asked again meanwhile.
    private func reply(_ response: ApiCommandRequestResponse, of job: CommandJob) -> [UInt8] {
        let bytes = ApiCommandReply(response, to: job.request).bytes(limits: options.limits)
        audit?.answered(job.trace, job.request, response)
        let isPending = response.result == .pendingWithNotification
        for peer in desk.answered(job, bytes, isPending: isPending) { transport.reply(bytes, to: peer) }
        return bytes
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
            log.error(
                "The result of a command could not be published",
                ["command": "\(response.command)", "nonce": "\(response.nonce)", "error": "\(error)"]
            )
        }
    }

    /// Tells the clients of commands that take long, and gives up what is pending for too long.
    func lookAfterCommands() -> Timekeeper.Work {
        let nextTick = transport.tick()
        let now = ContinuousClock.now
        desk.handOver {
            for job in desk.takeOverdue(now: now) { perform(job.tookTooLong(), of: job) }
            let (jobs, broken) = desk.takeExpired(now: now)
            tally.add(.expired, jobs.count + broken.count)
            for job in jobs { perform(job.expired(tooLong), of: job) }
            for broken in broken { publish(broken, tooLong) }
        }
        if desk.hasDeadlines { return .now }
        let times = [desk.nextExpiry, nextTick]
        return times.compactMap { $0 }.min().map(Timekeeper.Work.at) ?? .none
    }

    /// Publishes FAILED in place of a result that the application owes.
    func publish(_ broken: CommandDesk.BrokenPromise, _ message: String) {
        let response = broken.response(message)
        desk.ended(broken.key, response)
        audit?.published(response)
        publish(response)
    }
}
