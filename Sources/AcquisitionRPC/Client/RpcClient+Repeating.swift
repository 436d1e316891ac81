import AcquisitionModel
import Synchronization

/// Giving commands again, where ``Repetition`` says that it is safe.
extension RpcClient {
    /// Gives the request `id` again now and then, until the task that is returned is cancelled: an emergency stop in any
    /// case, and others where that is asked for and each tells itself from others, as without that no service knows it
    /// again.
    func repeating(_ request: ApiCommandRequest, _ id: UInt64, within limit: Duration) -> Task<Void, Never>? {
        if request.command == .emergencyStop {
            return Task { [weak self] in await self?.renewConnectionsForStop(within: limit) }
        }
        guard isGivingAgain, request.mayBeGivenAgain else { return nil }
        return Task { [weak self] in await self?.giveAgain(id, within: limit) }
    }

    /// An emergency stop that is not answered soon is given again on a new connection, as the present one may be dead. The
    /// answer may still come on either.
    private func renewConnectionsForStop(within limit: Duration) async {
        var pause = Self.patienceForStop
        var passed: Duration = .zero
        while passed + pause < limit {
            do { try await Task.sleep(for: pause) } catch { return }
            if isClosed.load(ordering: .acquiring) { return }
            transport.reconnectCommands()
            passed += pause
            pause = pause * 2
        }
    }

    /// Wants a request to be given again at even distances within `limit`.
    private func giveAgain(_ id: UInt64, within limit: Duration) async {
        let pause = max(limit.saturated / (options.retries.clamped(to: 0...1_000_000) + 1), Self.shortestPause)
        for _ in 0..<max(0, options.retries) {
            do { try await Task.sleep(for: pause) } catch { return }
            if isClosed.load(ordering: .acquiring) { return }
            state.withLock { $0.pending.ask(again: id) }
            giveDueAgain()
        }
    }

    private static let shortestPause: Duration = .milliseconds(10)
    /// How long an emergency stop waits for its answer until another connection is made for it.
    private static let patienceForStop: Duration = .seconds(1)

    /// Sends what is to be given again, as far as it is certain by now that nothing runs twice.
    func giveDueAgain() {
        guard isGivingAgain else { return }
        let deliveryTime = transport.deliveryTime
        let (connection, due) = state.withLock { state in
            let peer = state.peer(deliveryTime: deliveryTime)
            let now = ContinuousClock.now
            return (
                state.connection.number,
                state.pending.takeDue(peer, now: now) + state.results.takeDue(peer, now: now)
            )
        }
        for one in due {
            transport.sendAgain(one.bytes, id: one.id, connection: connection, before: one.deadline)
        }
    }

    /// Asks which start of the service is at the other end of a new connection: with NONE, which does nothing there. Only
    /// services that remember commands are asked; releases of the Python package up to 0.9.17 hand NONE to their delegate.
    func askForEpoch() {
        guard isGivingAgain else { return }
        let question = state.withLock { state -> (request: ApiCommandRequest, id: UInt64, connection: Int)? in
            guard state.liveness.heartbeat?.deduplicate != nil, state.connection.ask(state.lastID + 1) else {
                return nil
            }
            var request = ApiCommandRequest(.none, nonce: state.nextNonce())
            request.client = name
            return (request, state.nextID(), state.connection.number)
        }
        guard let question, let bytes = try? question.request.encoded(limits: options.limits) else { return }
        let never = ContinuousClock.now.saturating(adding: .longest)
        transport.sendAgain(bytes, id: question.id, connection: question.connection, before: never)
    }
}

extension RpcClient.State {
    /// What is known of the service now.
    fileprivate func peer(deliveryTime: Duration) -> Repetition.Peer {
        let memory = liveness.heartbeat.map { heartbeat in
            Repetition.Peer.Memory(
                epoch: heartbeat.epoch,
                window: heartbeat.deduplicate.flatMap(Duration.init(saturatingSeconds:)),
                keepsDeadlines: heartbeat.uptime != nil
            )
        }
        return Repetition.Peer(
            connection: connection.isUp ? connection.number : nil,
            provenEpoch: connection.epoch,
            presentEpoch: epochs.present,
            memory: memory,
            deliveryTime: deliveryTime
        )
    }
}

extension ApiCommandRequest {
    /// Whether a service that remembers commands knows this one again, or carries it out again without harm.
    var mayBeGivenAgain: Bool { command.mayComeLate || nonceKey.identifiesCommands }
}

extension Int {
    fileprivate func clamped(to range: ClosedRange<Int>) -> Int {
        Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
