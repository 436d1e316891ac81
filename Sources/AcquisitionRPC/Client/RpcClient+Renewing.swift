import Synchronization

/// Making connections anew while heartbeats are missed.
extension RpcClient {
    /// Heartbeats are missed: makes both connections anew, which may be dead without either side knowing, and goes on with
    /// that until a heartbeat comes.
    func renewConnections() {
        guard let first = renewSilentConnections() else { return }
        let task = Task { [weak self] in
            var next: Duration? = first
            while let pause = next {
                do { try await Task.sleep(for: pause) } catch { return }
                next = self?.renewSilentConnections()
            }
        }
        let earlier = state.withLock { state in
            defer { state.renewing = task }
            return state.renewing
        }
        earlier?.cancel()
        if isClosed.load(ordering: .acquiring) { task.cancel() }
    }

    /// Makes those connections anew on which nothing comes; when to do so again, nil for not.
    private func renewSilentConnections() -> Duration? {
        let renewal = state.withLock { state -> (connections: Set<Silence.Connection>, pause: Duration)? in
            guard let time = state.liveness.renewalTime, time <= .now else { return nil }
            return state.silence.renew(interval: state.liveness.interval)
        }
        guard let renewal, !isClosed.load(ordering: .acquiring) else { return nil }
        if renewal.connections.contains(.events) { transport.reconnectSubscriber() }
        if renewal.connections.contains(.commands) { transport.reconnectCommands() }
        return renewal.pause
    }

    /// A heartbeat came.
    func endRenewing() {
        let task = state.withLock { state in
            state.silence.end() ? state.renewing.take() : nil
        }
        task?.cancel()
    }
}
