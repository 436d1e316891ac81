import GatewayCore
import Logging
import Synchronization

extension Communicator {
    /// Listens, or connects, and talks until the task is cancelled; then closes everything. To be called once.
    ///
    /// - Parameter onListening: called once, when messages can be sent and heard: of a server with the address at which
    ///   it is reached, of a client with that of its peer.
    /// - Throws: `GatewayError`: `cannotListen`, `cannotConnect`; of a TCP client `notConnected` where its peer went.
    public func run(onListening: @escaping @Sendable (RigURI) -> Void = { _ in }) async throws {
        let isFirst = switchboard.state.withLock { state in
            defer { state.hasBegun = true }
            return !state.hasBegun
        }
        guard isFirst else { throw GatewayError(.closed, "A communicator runs once") }
        // Listens before anything can arrive.
        let arriving = messages()
        let reason: GatewayError
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { [self] in
                    switch (role, uri.transport) {
                    case (_, .udp): try await exchangeDatagrams(onListening)
                    case (.server, .tcp): try await serveConnections(onListening)
                    case (.client, .tcp): try await keepConnection(onListening)
                    }
                }
                group.addTask { [self] in await switchboard.watchTime() }
                group.addTask { [self] in await callBack(arriving) }
                defer { group.cancelAll() }
                try await group.next()
            }
            reason = GatewayError(.closed, "The communicator was closed")
        } catch is CancellationError {
            reason = GatewayError(.closed, "The communicator was closed")
        } catch {
            reason = error as? GatewayError ?? GatewayError(.notConnected, "\(uri): \(NetworkReason.words(error))")
        }
        switchboard.end(reason)
        if reason.code != .closed, !Task.isCancelled { throw reason }
    }

    /// Runs while `body` does.
    ///
    /// - Parameter body: is given the address at which a server is reached, or that of a client's peer.
    /// - Throws: what ``run(onListening:)`` or `body` throws.
    @discardableResult
    public func whileRunning<Value: Sendable>(
        _ body: @escaping @Sendable (RigURI) async throws -> Value
    ) async throws -> Value {
        let (addresses, ready) = AsyncStream.makeStream(of: RigURI.self)
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { [self] in
                defer { ready.finish() }
                try await run { ready.yield($0) }
                return nil
            }
            group.addTask {
                for await address in addresses { return try await body(address) }
                return nil
            }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }

    /// Calls the callbacks, one message after another.
    private func callBack(_ arriving: AsyncStream<RigEvent>) async {
        for await event in arriving {
            for callback in switchboard.state.withLock({ $0.callbacks }) {
                do {
                    try await callback(event)
                } catch is CancellationError {
                    return
                } catch {
                    let text = "\(type(of: error)): \(error)"
                    logger.error(
                        "A callback failed",
                        metadata: ["event": "\(event.message.event)", "reason": "\(text)"]
                    )
                    try? await report(text, of: event.message.event, to: event.peer)
                    break
                }
            }
        }
    }

    /// The lane for a new peer, which needs somewhere to write to.
    func lane(
        write: @escaping @Sendable ([UInt8]) -> Bool,
        end: @escaping @Sendable () -> Void = {}
    ) -> Lane {
        Lane(PeerConversation(uri.transport, isServer: role == .server, settings), write: write, end: end)
    }

    /// From now on messages can be sent, by a client to `server` only.
    func begin(server: RigURI?, opener: (@Sendable (RigURI) -> Lane?)? = nil) {
        switchboard.state.withLock { state in
            state.server = server
            state.opener = opener
            state.reason = nil
        }
    }
}
