import AcquisitionModel
import Logging
import Synchronization

extension TransportRpcService {
    /// The reply to a request where it is there at once; nil where it follows.
    func answer(_ incoming: IncomingRequest) -> [UInt8]? {
        starting.withLock { _ in }
        // From here on something may block the thread, and another one has to take over.
        timekeeper?.nudge()
        let trace = audit == nil ? nil : AuditTrace(incoming)
        let request: ApiCommandRequest
        do {
            request = try read(incoming)
        } catch {
            return answer(error, of: incoming, trace)
        }
        let arrived = ArrivedCommand(request: request, incoming: incoming, trace: trace)
        if request.command == .userDefined { noteUnknownNumber(of: request) }
        let notAllowed = refusal(of: request, from: incoming.sender)
        if notAllowed != nil || request.command == .none {
            // The service answers these itself; a flood of them is one all the same.
            if request.command != .emergencyStop, let refusal = charge(incoming) { return refuse(arrived, refusal) }
            return answer(arrived, with: notAllowed ?? ApiCommandReply(.success(), to: request, in: options.dialect))
        }
        let delegate = delegate.withLock { $0.function }
        let job = CommandJob(
            request,
            peer: incoming.peer,
            sender: incoming.sender,
            key: options.deduplicate == nil ? nil : arrived.memoryKey(queries: options.deduplicateQueries),
            trace: trace
        )
        let digest = job.key.map { _ in BodyDigest(of: incoming.frames[0], request) }
        let now = ContinuousClock.now
        // An emergency stop that comes late does no harm; one that is not carried out may.
        let time =
            request.command == .emergencyStop ? nil : request.deadline.map { self.time.start(before: $0, now: now) }
        let decision = commands.withRegistry { registry in
            registry.admit(
                job,
                digest: digest,
                bytes: job.weight,
                isCrowded: incoming.isCrowded,
                hasDelegate: delegate != nil,
                time: time ?? .any,
                now: now,
                deadline: options.pendingAfter.map { now.saturating(adding: $0) }
            )
        }
        switch decision {
        case .admitted: break
        case .late: return charge(incoming).map { refuse(arrived, $0) } ?? refuseLate(arrived)
        case .noDelegate: return answer(arrived, with: .unavailable())
        case .closed: return answer(arrived, with: .unavailable("The service is being stopped"))
        case .refused(let reason): return refuse(arrived, reason)
        case .again(let verdict): return answerAgain(arrived, verdict)
        }
        tally.add(.commands)
        let response = run(job) { try await delegate?(request) ?? .unavailable() }
        return response.map { reply($0, of: job) }
    }

    /// The reply to a request that cannot be read.
    private func answer(_ error: UnreadableRequest, of incoming: IncomingRequest, _ trace: AuditTrace?) -> [UInt8] {
        tally.add(.unreadable)
        log.warning("A request could not be read", ["reason": "\(error.error)"])
        if let trace { audit?.refused(trace, error) }
        var reply = ApiCommandReply(error)
        if let refusal = charge(incoming) {
            tally.add(.refusedForLoad)
            reply.result = .unavailable
            reply.errorKind = .systemError
            reply.errorMessage = refusal.message
        }
        return reply.bytes(limits: options.limits)
    }

    /// A number that is not in the vocabulary reaches the delegate as `userDefined`: a constant of the program's that has it
    /// would wait in vain.
    private func noteUnknownNumber(of request: ApiCommandRequest) {
        guard let number = request.number, number != .userDefined else { return }
        log.log(
            .notice,
            "A command that is not in the vocabulary is userDefined to the delegate",
            ["number": "\(number.rawValue)", "remedy": "\(Self.remedyForUnknownNumbers)"]
        )
    }

    private static let remedyForUnknownNumbers =
        "give a command of your own a number from \(ApiCommand.labNumbers.lowerBound) to "
        + "\(ApiCommand.labNumbers.upperBound), or use its ApiCommand.define constant before the service starts"

    /// Counts a request that the service answers itself.
    private func charge(_ incoming: IncomingRequest) -> Admission.Refusal? {
        commands.withRegistry { $0.charge(incoming.peer.connection, now: .now) }
    }

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

    /// Runs the delegate at once on this thread as far as it does not suspend, and then wherever it is resumed; its answer
    /// where it is there by then.
    private func run(
        _ job: CommandJob,
        _ delegate: @escaping @Sendable () async throws -> ApiCommandRequestResponse
    ) -> ApiCommandRequestResponse? {
        let body: @Sendable () async -> Void = { [self] in
            let response = await CommandJob.$current.withValue(job) { await executor.run(job.request, delegate) }
            commands.decide {
                $0.returned(job, response, now: .now)
            } perform: { action in
                perform(action, of: job)
            }
            timekeeper?.nudge()
        }
        // Before macOS 26 there is no immediate task: the delegate then costs a change of threads.
        let task =
            if #available(macOS 26.0, iOS 26.0, tvOS 26.0, watchOS 26.0, visionOS 26.0, *) {
                Task.immediate { await body() }
            } else {
                Task { await body() }
            }
        let (reply, isCancelled) = commands.withRegistry { $0.endInline(job, task: task) }
        if isCancelled { task.cancel() }
        return reply
    }

    var timekeeper: Timekeeper? { state.withLock { $0.timekeeper } }

    func perform(_ action: CommandState.Action, of job: CommandJob) {
        switch action {
        case .nothing: return
        case .drop: noteLateResult(of: job.name)
        case .reply(let response):
            let bytes = reply(response, of: job)
            if let peer = job.peer { transport.reply(bytes, to: peer) }
        case .publish(var response):
            response.command = job.request.answeredCommand(in: options.dialect)
            response.nonce = job.request.nonce
            if job.request.keys == .asGiven { response.keys = .asGiven }
            audit?.published(job.trace, job.request, response)
            publish(response, of: job)
        }
    }

    /// The first answer of a command: remembers it, and gives it to whoever asked again meanwhile.
    private func reply(_ response: ApiCommandRequestResponse, of job: CommandJob) -> [UInt8] {
        let bytes = bytes(of: ApiCommandReply(response, to: job.request, in: options.dialect), to: job.request)
        audit?.answered(job.trace, job.request, response)
        guard let key = job.key else { return bytes }
        let isPending = response.result == .pendingWithNotification
        let waiting = commands.withRegistry { $0.answered(key, bytes, isPending: isPending, now: .now) }
        for peer in waiting { transport.reply(bytes, to: peer) }
        return bytes
    }

    /// Tells the clients of commands that take long, and gives up what is pending for too long.
    func lookAfterCommands() -> Timekeeper.Work {
        let nextTick = transport.tick()
        let now = ContinuousClock.now
        commands.decide {
            ($0.takeOverdue(now: now), ())
        } perform: {
            perform($0.action, of: $0.job)
        }
        let tasks = commands.decide {
            let (effects, tasks) = $0.takeExpired(now: now, tooLong)
            return (effects, tasks)
        } perform: {
            tally.add(.expired)
            perform($0.action, of: $0.job)
        }
        for task in tasks { task.cancel() }
        let (hasDeadlines, nextExpiry) = commands.withRegistry { ($0.hasDeadlines, $0.nextExpiry) }
        if hasDeadlines { return .now }
        return [nextExpiry, nextTick].compactMap { $0 }.min().map(Timekeeper.Work.at) ?? .none
    }

    /// Why a command was given up.
    var tooLong: String {
        let limit = options.load.pendingTime.map { " more than \($0)" } ?? " too long"
        return "The command was pending for\(limit), and was given up"
    }
}
