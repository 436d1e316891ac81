public import AcquisitionModel
import Logging
import Synchronization

/// What is published of commands that take longer.
extension TransportRpcService {
    /// Answers PENDING_WITH_NOTIFICATION now and publishes what `work` comes to, once and only once.
    public func answerLater(
        to request: ApiCommandRequest,
        _ work: @escaping @Sendable () async throws -> ApiCommandRequestResponse
    ) -> ApiCommandRequestResponse {
        let pending = ApiCommandRequestResponse(.pendingWithNotification)
        let name = CommandName(request)
        let current = CommandJob.current
        let job: CommandJob
        switch commands.withRegistry({ $0.beginWork(for: name, current: current) }) {
        case .result(let owner): job = owner
        case .closed: return .failed("The service is being stopped")
        case .over(let isGivenUp):
            noteLateResult(of: name)
            return isGivenUp ? .failed(tooLong) : pending
        case .unknown:
            job = CommandJob(request, sender: CommandSender.current)
            guard commands.withRegistry({ $0.admit(later: job, now: .now) }) else {
                return .failed("The service is being stopped")
            }
        }
        timekeeper?.nudge()
        let task = Task { [self] in
            let response = await CommandJob.$current.withValue(job) { await executor.run(job.request, work) }
            commands.decide {
                $0.workEnded(job, response, now: .now)
            } perform: { action in
                perform(action, of: job)
            }
        }
        if commands.withRegistry({ $0.keep(task, of: job) }) { task.cancel() }
        return pending
    }

    /// Publishes the result of a command that was answered PENDING_WITH_NOTIFICATION.
    public func sendCommandResult(_ response: ApiCommandRequestResponse) throws(RpcServiceError) {
        var response = response
        let name = CommandName(response)
        if options.dialect == .legacy, !response.command.isPublished(in: .legacy) { response.command = .userDefined }
        var published = CommandRegistry.Published.unknown
        // The keys are spelled as the client wants them that waits for the result.
        if commands.withRegistry({ $0.keys(of: name) }) == .asGiven { response.keys = .asGiven }
        try spare.lend { buffers throws(RpcServiceError) in
            try write(into: &buffers) { response.encode(to: &$0) }
            published = try state.withLock { state throws(RpcServiceError) in
                try state.lifecycle.checkSend()
                // Under the lock that begins the stop, which fails every command that has no result.
                let published = commands.withRegistry { $0.publishes(name, now: .now) }
                switch published {
                case .late: break
                case .unknown: try state.publish(buffers.message, on: .commandResult, kind: nil)
                case .result(let job):
                    let command = job.request.answeredCommand(in: options.dialect)
                    if response.command != command {
                        // The client waits for the number under which it asked.
                        response.command = command
                        try write(into: &buffers) { response.encode(to: &$0) }
                    }
                    remember(buffers.message, of: job)
                    try state.publish(buffers.message, on: .commandResult, kind: nil)
                }
                return published
            }
        }
        noteNulls(in: response.data, to: response.command)
        switch published {
        case .late: noteLateResult(of: name)
        case .unknown: audit?.published(response)
        case .result(let job): audit?.published(job.trace, job.request, response)
        }
    }

    /// Publishes the result of a pending command. Also while the service stops; data that cannot be written is left
    /// out, so that the client learns the result in any case.
    func publish(_ response: ApiCommandRequestResponse, of job: CommandJob) {
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
                remember(buffers.message, of: job)
                try state.withLock { state throws(RpcServiceError) in
                    guard state.lifecycle.isOpen else { return }
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

    /// Publishes a result again, as the message that went out before.
    func publishAgain(_ message: [UInt8]) {
        do throws(RpcServiceError) {
            try state.withLock { state throws(RpcServiceError) in
                guard state.lifecycle.isOpen else { return }
                try state.publish(message.span.bytes, on: .commandResult)
            }
        } catch {
            log.error("The result of a command could not be published again", ["error": "\(error)"])
        }
    }

    private func remember(_ message: borrowing JSONWriter, of job: CommandJob) {
        guard let key = job.key else { return }
        let message = message.bytes
        commands.withRegistry { $0.published(key, message, now: .now) }
    }

    /// A result came that is dropped: the command was given up, or has a result already.
    func noteLateResult(of name: CommandName) {
        tally.add(.lateResults)
        log.warning("A result came too late and was dropped", ["command": "\(name.command)"])
    }
}
