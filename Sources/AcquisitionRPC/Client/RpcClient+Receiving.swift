import AcquisitionModel
import Synchronization

/// What comes from the transport, on its thread.
extension RpcClient {
    func receive(_ event: ClientTransportEvent) {
        switch event {
        case .reply(let bytes, let id): receive(read(bytes), id)
        case .published(let frames):
            state.withLock { $0.silence.heardEvents() }
            guard let message = try? ApiMessage(frames: frames, limits: options.limits) else { return }
            receive(message)
        case .commandsConnected(let isConnected):
            let (connection, stops) = state.withLock { state -> (Int, [DueRepetition]) in
                guard isConnected else {
                    state.connection.lost()
                    return (state.connection.number, [])
                }
                state.connection.connected()
                state.refusal = nil
                let connection = state.connection.number
                state.pending.connected(connection, epoch: state.epochs.present, now: .now)
                return (connection, state.pending.emergencyStops(before: connection))
            }
            for stop in stops {
                transport.sendAgain(stop.bytes, id: stop.id, connection: connection, before: stop.deadline)
            }
            changeLiveness { $0.connected(isConnected, .commands) }
            if isConnected { askForEpoch() }
        case .eventsConnected(let isConnected):
            let waiting = state.withLock { state in
                state.areEventsConnected = isConnected
                guard isConnected else {
                    state.gaps.disconnected()
                    return [CheckedContinuation<Void, Never>]()
                }
                state.gaps.connected(now: .now)
                state.refusal = nil
                return state.takeWaitingForEvents()
            }
            for continuation in waiting { continuation.resume() }
            changeLiveness { $0.connected(isConnected, .events) }
        case .commandsRefused(let reason):
            let error = RpcClientError(.refused, reason)
            let unsent = state.withLock { state in
                state.connection.lost()
                state.refusal = error
                return state.pending.takeUnsent()
            }
            for reply in unsent { reply.resume(returning: .failure(error)) }
            changeLiveness { $0.connected(false, .commands) }
        case .eventsRefused(let reason):
            let waiting = state.withLock { state in
                state.areEventsConnected = false
                state.gaps.disconnected()
                state.refusal = RpcClientError(.refused, reason)
                return state.takeWaitingForEvents()
            }
            for continuation in waiting { continuation.resume() }
            changeLiveness { $0.connected(false, .events) }
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
            return (state.pending.takeUnsent(), state.takeWaitingForEvents())
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

    /// What follows from a reply.
    private struct Receipt {
        /// Who waits for it, and what he gets.
        var reader: PendingRequests.Reply?
        var result: Result<ApiCommandReply, RpcClientError>
        var lost: [PendingResults.Outcome] = []
        /// Whether it is known only now which start of the service is at the other end.
        var isProven = false
        var renewal: RpcClient.Renewal?
    }

    private func receive(_ result: Result<ApiCommandReply, RpcClientError>, _ number: UInt64) {
        let receipt = state.withLock { state in
            state.silence.heardReply()
            return take(result, number, &state)
        }
        if case .sendAnew(let bytes, let number) = receipt.renewal { sendAnew(bytes, number: number) }
        receipt.reader?.resume(returning: receipt.result)
        fail(receipt.lost)
        if receipt.isProven { giveDueAgain() }
    }

    private func take(
        _ result: Result<ApiCommandReply, RpcClientError>,
        _ number: UInt64,
        _ state: inout State
    ) -> Receipt {
        let hadProof = state.connection.epoch != nil
        var receipt = Receipt(result: result)
        guard let (id, waiting) = state.pending.take(sentAs: number) else {
            guard state.connection.isQuestion(number) else { return receipt }
            receipt.lost = state.heard(try? result.get(), on: state.connection.number).lost
            receipt.isProven = !hadProof && state.connection.epoch != nil
            return receipt
        }
        receipt.reader = waiting.continuation
        guard case .success(let reply) = result else { return receipt }
        guard waiting.identity.isAnswered(by: reply, state.fidelity) else {
            receipt.result = .failure(Self.wrongReply(reply, to: waiting.identity))
            return receipt
        }
        let (lost, isLate) = state.heard(reply, on: waiting.connection)
        receipt.lost = lost
        receipt.isProven = !hadProof && state.connection.epoch != nil
        if reply.isTooLate {
            let renewal = renew(id, waiting, refused: reply, &state)
            receipt.renewal = renewal
            if case .fail(let error) = renewal { receipt.result = .failure(error) } else { receipt.reader = nil }
        } else if reply.result == .pendingWithNotification {
            let nonce = waiting.identity.nonce
            state.results.replied(id, nonce: nonce, epoch: reply.epoch, isLate: isLate, waiting.repeatable)
        }
        return receipt
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
            let news = state.epochs.heard(heartbeat: heartbeat.epoch, connections: state.connection.number)
            if news != .late { state.heardTime(heartbeat.uptime, of: heartbeat.epoch, isSaid: true) }
            switch news {
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
        endRenewing()
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
            guard let deadline = state.nextLook else { return nil }
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
        let isSilent = state.withLock { state in
            state.watch = nil
            return !state.silence.isRenewing && state.liveness.renewalTime.map { $0 <= .now } ?? false
        }
        if isSilent { renewConnections() }
        changeLiveness { $0.timePassed(now: .now) }
        watchLiveness()
    }
}

extension RpcClient.State {
    /// Who waits for a connection for what is published.
    fileprivate mutating func takeWaitingForEvents() -> [CheckedContinuation<Void, Never>] {
        defer { waitingForEvents = [:] }
        return Array(waitingForEvents.values)
    }

    /// When to look next whether heartbeats are missed; nil where nothing follows from that any more.
    fileprivate var nextLook: ContinuousClock.Instant? {
        guard let deadline = liveness.deadline else { return nil }
        return silence.isRenewing ? deadline : liveness.renewalTime.map { min($0, deadline) }
    }

    /// A reply on connection `connection` names a start of the service: whose results are lost for that, and whether the
    /// reply is from a start that is over.
    fileprivate mutating func heard(
        _ reply: ApiCommandReply?,
        on connection: Int?
    ) -> (lost: [PendingResults.Outcome], isLate: Bool) {
        guard let reply, let epoch = reply.epoch else { return ([], false) }
        defer { heardTime(reply.uptime, of: epoch, isSaid: false) }
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
