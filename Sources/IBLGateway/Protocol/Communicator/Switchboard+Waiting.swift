import GatewayCore
import Logging
import Synchronization

extension Switchboard {
    /// Lets a message go out and waits until it arrived.
    ///
    /// - Parameter enqueue: puts it into the conversation, under the number it is given.
    /// - Throws: `GatewayError`, or `CancellationError` where the task is cancelled.
    func send(
        to peer: RigURI?,
        _ enqueue: @Sendable (inout PeerConversation, ID) -> [PeerConversation.Action]
    ) async throws {
        try Task.checkCancellation()
        let peer = try self.peer(peer)
        let id = nextID()
        let outcome: Outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                state.withLock { $0.waiting[id] = continuation }
                let isKnown = change(peer) { enqueue(&$0, id) }
                if Task.isCancelled { cancel(id, peer) }
                guard !isKnown else { return }
                let error = GatewayError(.notConnected, "\(peer): the connection is gone")
                state.withLock { $0.waiting.removeValue(forKey: id) }?.resume(returning: .failure(error))
            }
        } onCancel: {
            cancel(id, peer)
        }
        if case .failure = outcome { try Task.checkCancellation() }
        try outcome.get()
    }

    private func cancel(_ id: ID, _ peer: RigURI) {
        let waiting = state.withLock { state in
            state.lanes[peer]?.conversation.cancel(id)
            return state.waiting.removeValue(forKey: id)
        }
        waiting?.resume(returning: .failure(GatewayError(.closed, "The message was given up")))
    }

    /// Who a message goes to: a server must say it, a client has one peer only (`protocol/iblutil.md`, I14).
    private func peer(_ wanted: RigURI?) throws(GatewayError) -> RigURI {
        let (server, reason, opener, known) = state.withLock { state in
            (state.server, state.reason, state.opener, wanted.map { state.lanes[$0] != nil } ?? false)
        }
        if let reason { throw reason }
        guard let peer = wanted ?? server else {
            throw GatewayError(.badValue, "A server has many peers: say to whom the message goes")
        }
        if let server {
            guard peer == server else {
                throw GatewayError(.badValue, "\(peer) is not the peer of this client, which is \(server)")
            }
        } else if !known {
            guard let lane = opener?(peer) else {
                throw GatewayError(.notConnected, "\(peer) is not connected")
            }
            guard add(lane, for: peer) else { throw GatewayError(.busy, "There are as many peers as there may be") }
        }
        return peer
    }

    /// What arrives from now on, or the first of it.
    func listen(
        _ events: Set<ExpMessage>,
        from peer: RigURI?,
        capacity: Int,
        isOnce: Bool = false
    ) -> AsyncStream<RigEvent> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: RigEvent.self,
            bufferingPolicy: .bufferingOldest(max(1, capacity))
        )
        let id = nextID()
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.listeners.removeValue(forKey: id) }
        }
        let listener = Listener(events: events, peer: peer, isOnce: isOnce, continuation: continuation)
        let isOver = state.withLock { state in
            if !state.hasEnded { state.listeners[id] = listener }
            return state.hasEnded
        }
        if isOver { continuation.finish() }
        return stream
    }

    /// Looks at the time whenever a conversation needs it, until the task is cancelled.
    func watchTime() async {
        await withDiscardingTaskGroup { group in
            for await (peer, deadline) in wakeUps {
                group.addTask { [self] in
                    do { try await Task.sleep(until: deadline, clock: .continuous) } catch { return }
                    change(peer, isWakeUp: true) { $0.timePassed(now: .now) }
                }
            }
        }
    }
}
