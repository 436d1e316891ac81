import AcquisitionRPC
import GatewayCore
import Logging
import Synchronization

/// The conversations of one communicator, those who wait for something in them, and those who listen.
///
/// Two locks. `state` guards everything, and nobody is woken up while it is held: a task that is being cancelled takes it
/// in its handler. `telling`, taken before it, keeps what is told in the order in which it came, and no handler takes it.
final class Switchboard: Sendable {
    typealias ID = PeerConversation.ID
    typealias Instant = PeerConversation.Instant
    typealias Action = PeerConversation.Action
    typealias Outcome = Result<Void, GatewayError>

    struct State: Sendable {
        var lanes: [RigURI: Lane] = [:]
        var lastID: ID = 0
        var waiting: [ID: CheckedContinuation<Outcome, Never>] = [:]
        var listeners: [ID: Listener] = [:]
        var callbacks: [Communicator.Callback] = []
        /// The only peer of a client, once it is known.
        var server: RigURI?
        /// Opens a lane to a peer that was not heard of yet, where that is possible.
        var opener: (@Sendable (RigURI) -> Lane?)?
        /// Why nothing can be sent; nil where it can.
        var reason: GatewayError? = GatewayError(.notConnected, "The communicator does not run")
        var hasBegun = false
        var hasEnded = false
    }

    struct Listener: Sendable {
        let events: Set<ExpMessage>
        let peer: RigURI?
        /// Whether it is for one message only.
        let isOnce: Bool
        let continuation: AsyncStream<RigEvent>.Continuation

        func wants(_ event: RigEvent) -> Bool {
            (events.isEmpty || events.contains(event.message.event)) && (peer == nil || peer == event.peer)
        }
    }

    let state = Mutex(State())
    private let telling = Mutex(())
    /// When to look at the time for which peer.
    let wakeUps: AsyncStream<(peer: RigURI, Instant)>
    private let wakeUp: AsyncStream<(peer: RigURI, Instant)>.Continuation
    private let mostPeers: Int
    let logger: Logger

    init(mostPeers: Int, logger: Logger) {
        self.mostPeers = mostPeers
        self.logger = logger.safe
        // A lane asks for few: one at a time, and another one only where that is earlier.
        (wakeUps, wakeUp) = AsyncStream.makeStream()
    }

    func nextID() -> ID { state.withLock { $0.nextID() } }

    // MARK: - Peers

    /// Takes a peer in; false where there are as many as there may be, and all of them are busy, or where it has another
    /// connection.
    @discardableResult
    func add(_ lane: Lane, for peer: RigURI) -> Bool {
        state.withLock { state in
            if state.lanes[peer] != nil { return peer.transport == .udp }
            if state.lanes.count >= mostPeers {
                let idle = state.lanes.filter(\.value.conversation.isIdle)
                guard peer.transport == .udp,
                    let oldest = idle.min(by: { $0.value.lastUse < $1.value.lastUse })
                else { return false }
                state.lanes[oldest.key] = nil
            }
            state.lanes[peer] = lane
            return true
        }
    }

    /// Forgets a peer; what it was to be told fails.
    func remove(_ peer: RigURI, _ error: GatewayError) {
        telling.withLock { _ in
            let removed = state.withLock { state in
                guard var lane = state.lanes.removeValue(forKey: peer) else { return nil as (Lane, [Action])? }
                let actions = lane.change(.now) { $0.end(error) }
                return (lane, actions)
            }
            guard let (lane, actions) = removed else { return }
            lane.end()
            for action in actions { perform(action, peer) }
        }
    }

    /// Nothing more can be sent or heard: everything that waits fails.
    func end(_ error: GatewayError) {
        let (peers, listeners) = state.withLock { state in
            state.reason = error
            state.hasEnded = true
            state.opener = nil
            defer { state.listeners = [:] }
            return (Array(state.lanes.keys), Array(state.listeners.values))
        }
        for peer in peers { remove(peer, error) }
        for listener in listeners { listener.continuation.finish() }
    }

    // MARK: - What happens

    /// Changes the conversation with a peer, and does what follows. False where there is no such peer.
    @discardableResult
    func change(
        _ peer: RigURI,
        isWakeUp: Bool = false,
        _ change: (inout PeerConversation) -> [Action]
    ) -> Bool {
        telling.withLock { _ in
            let changed = state.withLock { state -> ([Action], Instant?)? in
                guard state.lanes[peer] != nil else { return nil }
                if isWakeUp { state.lanes[peer]?.wakeUp = nil }
                let actions = state.lanes[peer]?.change(.now, change)
                return (actions ?? [], state.lanes[peer]?.newWakeUp())
            }
            guard let (actions, deadline) = changed else { return false }
            if let deadline { wakeUp.yield((peer, deadline)) }
            for action in actions { perform(action, peer) }
            return true
        }
    }

    private func perform(_ action: Action, _ peer: RigURI) {
        switch action {
        case .deliver(let message): deliver(RigEvent(peer: peer, message: message))
        case .confirmed(let id): finish(id, .success(()))
        case .failed(let id, let error): finish(id, .failure(GatewayError(error.code, "\(peer): \(error.message)")))
        case .note(let text), .close(let text):
            logger.warning("Something was wrong with a message", metadata: ["peer": "\(peer)", "reason": "\(text)"])
        case .write: break
        }
    }

    private func finish(_ id: ID, _ outcome: Outcome) {
        state.withLock { $0.waiting.removeValue(forKey: id) }?.resume(returning: outcome)
    }

    private func deliver(_ event: RigEvent) {
        if let failure = event.message.failure {
            logger.error(
                "A peer reports a failure",
                metadata: [
                    "peer": "\(event.peer)", "event": "\(failure.event.map { "\($0)" } ?? "-")",
                    "reason": "\(failure.text.prefix(500))",
                ]
            )
        }
        let listeners = state.withLock { state in
            let all = state.listeners.filter { $0.value.wants(event) }
            for (id, listener) in all where listener.isOnce { state.listeners[id] = nil }
            return Array(all.values)
        }
        for listener in listeners {
            if case .dropped = listener.continuation.yield(event) {
                logger.warning("A message was dropped: nobody reads fast enough", metadata: ["peer": "\(event.peer)"])
            }
            if listener.isOnce { listener.continuation.finish() }
        }
    }
}

extension Switchboard.State {
    mutating func nextID() -> Switchboard.ID {
        lastID += 1
        return lastID
    }
}
