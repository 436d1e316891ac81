import AcquisitionModel
import Synchronization

/// What comes from the transport, on its thread.
extension RpcClient {
    func receive(_ event: ClientTransportEvent) {
        switch event {
        case .reply(let bytes, let id): receive(read(bytes), id)
        case .published(let frames):
            guard let message = try? ApiMessage(frames: frames, limits: options.limits) else { return }
            receive(message)
        case .commandsConnected(let isConnected):
            state.withLock { state in
                guard isConnected else { return state.connection.lost() }
                state.connection.connected()
                state.refusal = nil
                state.pending.connected(state.connection.number, epoch: state.epochs.present, now: .now)
            }
            if isConnected { askForEpoch() }
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
                state.connection.lost()
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
        case .unresolved(let reason): receiveUnresolved(reason)
        }
    }

    /// The name of the service's machine leads nowhere, or somewhere again. Until it does, whoever waits for a connection is
    /// told at once.
    private func receiveUnresolved(_ reason: String?) {
        let error = reason.map { RpcClientError(.unknownHost, $0) }
        let (unsent, waiting) = state.withLock { state in
            guard let error else {
                if state.refusal?.code == .unknownHost { state.refusal = nil }
                return ([], []) as ([PendingRequests.Reply], [CheckedContinuation<Void, Never>])
            }
            state.refusal = error
            defer { state.waitingForEvents = [:] }
            return (state.pending.takeUnsent(), Array(state.waitingForEvents.values))
        }
        if let error { for reply in unsent { reply.resume(returning: .failure(error)) } }
        for continuation in waiting { continuation.resume() }
    }

    // MARK: - Replies

    private func read(_ bytes: [UInt8]) -> Result<ApiCommandReply, RpcClientError> {
        do {
            let json = try JSONReader.read(bytes, limits: options.limits, tolerance: .oldReleases)
            return .success(try ApiCommandReply(json: json))
        } catch {
            return .failure(RpcClientError(.unreadableReply, "The reply cannot be read: \(error)"))
        }
    }

    private func receive(_ result: Result<ApiCommandReply, RpcClientError>, _ id: UInt64) {
        let (waiting, result, lost, isProven) = state.withLock { state in
            let hadProof = state.connection.epoch != nil
            guard let waiting = state.pending.take(id) else {
                let isQuestion = state.connection.isQuestion(id)
                let lost = isQuestion ? state.heard(try? result.get().epoch, on: state.connection.number).lost : []
                return (PendingRequests.Waiting?.none, result, lost, !hadProof && state.connection.epoch != nil)
            }
            guard case .success(let reply) = result else { return (waiting, result, [], false) }
            guard waiting.identity.isAnswered(by: reply, state.fidelity) else {
                return (waiting, .failure(Self.wrongReply(reply, to: waiting.identity)), [], false)
            }
            let (lost, isLate) = state.heard(reply.epoch, on: waiting.connection)
            if reply.result == .pendingWithNotification {
                let nonce = waiting.identity.nonce
                state.results.replied(id, nonce: nonce, epoch: reply.epoch, isLate: isLate, waiting.repeatable)
            }
            return (waiting, result, lost, !hadProof && state.connection.epoch != nil)
        }
        waiting?.continuation.resume(returning: result)
        fail(lost)
        if isProven { giveDueAgain() }
    }

    private static func wrongReply(_ reply: ApiCommandReply, to request: RequestIdentity) -> RpcClientError {
        RpcClientError(
            .wrongReply,
            "The reply is another command's: \(request.command) with the nonce \(request.nonce) was asked, "
                + "\(reply.command) with the nonce \(reply.nonce) is answered. The command may have run"
        )
    }

    /// The results that a restart has taken along: nobody else will publish them any more.
    private func fail(_ lost: [PendingResults.Outcome]) {
        for outcome in lost { outcome.resume(returning: .failure(Self.lostResult)) }
    }

    static let lostResult = RpcClientError(
        .noResult,
        "The service was restarted; the result of the command is lost. The command may have run"
    )

    // MARK: - What is published

    private func receive(_ message: ApiMessage) {
        switch message.content {
        case .heartbeat(let heartbeat): receive(heartbeat)
        case .commandResult(let response):
            let outcome = state.withLock { state in
                state.results.received(response, state.fidelity) { [pending = state.pending] in
                    pending.isUnsent($0)
                }
            }
            outcome?.resume(returning: .success(response))
        default: break
        }
        state.withLock { $0.gaps.arrived(on: message.topic) }
        deliver(message)
    }

    private func receive(_ heartbeat: HeartbeatMessage) {
        let (notices, lost) = state.withLock { state -> ([ApiMessage], [PendingResults.Outcome]) in
            state.fidelity = NonceFidelity(heartbeat)
            switch state.epochs.heard(heartbeat: heartbeat.epoch, connections: state.connection.number) {
            case .late: return ([], [])
            case .nothing: return (state.gaps.received(heartbeat, now: .now), [])
            case .restarted:
                let lost = state.results.takeLost(present: state.epochs.present)
                return (state.gaps.received(heartbeat, now: .now), lost)
            }
        }
        fail(lost)
        let areResultsMissed = notices.contains { $0.topic == .commandResult }
        for notice in notices { deliver(notice) }
        changeLiveness { $0.received(heartbeat, now: .now) }
        watchLiveness()
        guard isGivingAgain else { return }
        if areResultsMissed { state.withLock { $0.results.askAgain() } }
        askForEpoch()
        giveDueAgain()
    }

    private func deliver(_ message: ApiMessage) {
        let inlets = state.withLock { state in
            state.messageStreams.keys.compactMap { state.messageStreams[$0]?.inlet(for: message) }
        }
        for inlet in inlets { inlet.yield(message) }
    }

    // MARK: - Liveness

    /// Makes a change, and tells the streams where `change` says that the liveness is another one now. In order, and with no
    /// lock held: whoever finds another thread telling leaves it to that.
    @discardableResult
    private func changeLiveness(_ change: (inout LivenessState) -> Bool) -> Bool {
        let (hasChanged, isTeller) = state.withLock { state in
            guard change(&state.liveness) else { return (false, false) }
            let liveness = state.liveness.liveness
            state.untold += state.livenessStreams.values.map { ($0, liveness) }
            defer { state.isTelling = true }
            return (true, !state.isTelling)
        }
        while isTeller {
            let untold = state.withLock { state in
                defer { state.untold = [] }
                if state.untold.isEmpty { state.isTelling = false }
                return state.untold
            }
            if untold.isEmpty { break }
            for (inlet, liveness) in untold { inlet.yield(liveness) }
        }
        return hasChanged
    }

    /// Looks again when the next heartbeat is overdue: one task, however many heartbeats come.
    private func watchLiveness() {
        let deadline = state.withLock { state -> ContinuousClock.Instant? in
            guard let deadline = state.liveness.deadline else { return nil }
            if let watched = state.watch?.deadline, watched <= deadline { return nil }
            return deadline
        }
        guard let deadline else { return }
        let task = Task { [weak self] in
            guard (try? await Task.sleep(until: deadline, clock: .continuous)) != nil else { return }
            self?.checkLiveness()
        }
        let superfluous = state.withLock { state in
            if let watch = state.watch, watch.deadline <= deadline { return Optional(task) }
            defer { state.watch = (deadline, task) }
            return state.watch?.task
        }
        superfluous?.cancel()
        if isClosed.load(ordering: .acquiring) { task.cancel() }
    }

    private func checkLiveness() {
        state.withLock { $0.watch = nil }
        guard changeLiveness({ $0.timePassed(now: .now) }) else { return watchLiveness() }
        transport.reconnectSubscriber()
        // Replies that are on their way are lost with the connection: only where requests are given again.
        if isGivingAgain { transport.reconnectCommands() }
    }
}

extension RpcClient.State {
    /// A reply on connection `connection` names this start of the service: whose results are lost for that, and whether the
    /// reply is from a start that is over.
    fileprivate mutating func heard(
        _ epoch: Int?,
        on connection: Int?
    ) -> (lost: [PendingResults.Outcome], isLate: Bool) {
        guard let epoch else { return ([], false) }
        let present = connection == self.connection.number ? connection : nil
        if let present, self.connection.heard(epoch, on: present) { pending.proved(epoch, on: present) }
        switch epochs.heard(reply: epoch, on: present) {
        case .nothing: return ([], false)
        case .late: return ([], true)
        case .restarted: return (results.takeLost(present: epochs.present), false)
        }
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
