import AcquisitionRPC
public import GatewayCore
public import Logging
import Synchronization

/// Talks to rigs, or is one: the protocol of `iblutil.io.net`.
///
/// ```swift
/// let rig = Communicator(.client, at: try RigURI("udp://192.168.0.4"), logger: logger)
/// try await rig.whileRunning { _ in
///     let answer = rig.expect([.start])
///     try await rig.start(try ExperimentReference("2026-01-01_1_mouse"))   // returns when the rig has echoed it
///     print(try await answer.value(within: .seconds(10)).message.data)
/// }
/// ```
///
/// A server listens and has many peers; a client has one. Both may say something at any time. One message at a time is
/// under way to a peer, others wait. A message that is not echoed is an error for the one who sent it, and for nobody
/// else: the communicator goes on.
public final class Communicator: Sendable {
    /// Whether it listens, or goes to the one who listens.
    public enum Role: Sendable, Hashable {
        /// It listens at its address.
        case server
        /// It talks to the one peer at its address.
        case client
    }

    /// Is told what arrived. An error that it throws is reported to the sender.
    public typealias Callback = @Sendable (RigEvent) async throws -> Void

    /// Whether it listens.
    public let role: Role
    /// Where it listens, or where its peer is.
    public let uri: RigURI
    /// The times of its conversations.
    public let settings: ConversationSettings
    /// What its peers may cost.
    public let limits: GatewayLimits
    let logger: Logger
    let switchboard: Switchboard

    /// A communicator, which does nothing before ``run(onListening:)``.
    public init(
        _ role: Role,
        at uri: RigURI,
        settings: ConversationSettings = ConversationSettings(),
        limits: GatewayLimits = GatewayLimits(),
        logger: Logger
    ) {
        self.role = role
        self.uri = uri
        var settings = settings
        settings.messageSize = min(settings.messageSize, limits.messageSize)
        settings.queued = min(settings.queued, limits.queuedPerConnection)
        self.settings = settings
        self.limits = limits
        self.logger = logger.safe
        switchboard = Switchboard(mostPeers: limits.connections, logger: logger)
    }

    /// The peers that are known: those that are connected, over UDP those that were heard of.
    public var peers: [RigURI] { switchboard.state.withLock { Array($0.lanes.keys) } }

    /// Forgets a peer of a server, which is known again when it says something. What it was to be told fails.
    public func forget(_ peer: RigURI) {
        guard role == .server else { return }
        switchboard.remove(peer, GatewayError(.notConnected, "\(peer) is not there any more"))
    }

    // MARK: - Sending

    /// Sends a message and waits for its echo.
    ///
    /// - Parameters:
    ///   - message: what to say.
    ///   - peer: to whom; a client may leave that out.
    ///   - timeout: how long to wait for the echo once the message has gone out; nil for the settings' time.
    /// - Throws: `GatewayError`: `noAnswer` where no echo came, `notConnected`, `busy`, `closed`, `badValue`;
    ///   `CancellationError` where the task is cancelled.
    public func send(_ message: RigMessage, to peer: RigURI? = nil, timeout: Duration? = nil) async throws {
        // Nobody echoes the report of an error.
        guard message.event != .error else { return try await report(message, to: peer) }
        try await send(bytes: message.encoded, to: peer, timeout: timeout)
    }

    /// Sends bytes as they are, and waits for their echo: for what the protocol has no message for.
    ///
    /// - Throws: as ``send(_:to:timeout:)``.
    public func send(bytes: [UInt8], to peer: RigURI? = nil, timeout: Duration? = nil) async throws {
        if let timeout, timeout <= .zero { throw GatewayError(.badValue, "A time limit is longer than nothing") }
        try await switchboard.send(to: peer) { $0.send(bytes, id: $1, timeout: timeout, now: .now) }
    }

    private func report(_ message: RigMessage, to peer: RigURI?) async throws {
        let bytes = message.encoded
        try await switchboard.send(to: peer) { $0.sendUnconfirmed(bytes, id: $1, now: .now) }
    }

    // MARK: - Listening

    /// What arrives from now on, until the communicator ends or the reader stops. Nothing that arrives after this call is
    /// missed, as long as it is read fast enough.
    ///
    /// - Parameters:
    ///   - events: which messages; none for all.
    ///   - peer: from whom; nil for everybody.
    ///   - capacity: how many may wait to be read; more are dropped, and that is logged. Nil for the limit of the
    ///     communicator.
    public func messages(
        _ events: Set<ExpMessage> = [],
        from peer: RigURI? = nil,
        capacity: Int? = nil
    ) -> AsyncStream<RigEvent> {
        switchboard.listen(events, from: peer, capacity: capacity ?? limits.queuedPerConnection)
    }

    /// The next message of one of these kinds, from now on: ask before you send what it will be the answer to.
    public func expect(_ events: Set<ExpMessage> = [], from peer: RigURI? = nil) -> Expectation {
        Expectation(switchboard.listen(events, from: peer, capacity: 1, isOnce: true), events)
    }

    /// Waits for the next message of one of these kinds.
    ///
    /// - Throws: `GatewayError` `noAnswer` where none came in time, `closed` where the communicator ended.
    public func event(
        _ events: Set<ExpMessage> = [],
        from peer: RigURI? = nil,
        within limit: Duration? = nil
    ) async throws -> RigEvent {
        try await expect(events, from: peer).value(within: limit)
    }

    /// Calls `callback` for every message of these kinds while the communicator runs, one after another in the order of
    /// their coming. Where it throws, the sender is told `[0, "Type: text", event]` and no other callback hears of the
    /// message (`protocol/iblutil.md`, I15).
    ///
    /// A callback that takes long holds the following ones up; it does not hold up echoes.
    public func onMessage(_ events: Set<ExpMessage> = [], _ callback: @escaping Callback) {
        switchboard.state.withLock { state in
            state.callbacks.append { event in
                if events.isEmpty || events.contains(event.message.event) { try await callback(event) }
            }
        }
    }

    /// Takes all callbacks away.
    public func removeCallbacks() { switchboard.state.withLock { $0.callbacks = [] } }
}
