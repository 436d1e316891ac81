/// Decides who may give one more command, by ``LoadLimits``: a token bucket for each connection, and counts of what is
/// under way.
struct Admission: Sendable {
    /// Which limit was reached.
    enum Refusal: Sendable, Hashable {
        case inFlightPerPeer(Int)
        case inFlight(Int)
        case commandsPerSecond(Int)
        case pending(Int)
        case blocked

        /// What the client is told: the rule, and what helps.
        var message: String {
            switch self {
            case .inFlightPerPeer(let limit):
                "\(limit) commands of this client wait for their answer; give more when these are answered "
                    + "(rule: in flight per peer)"
            case .inFlight(let limit):
                "\(limit) commands of all clients wait for their answer; try again later (rule: in flight)"
            case .commandsPerSecond(let limit):
                "More than \(limit) commands a second; slow down (rule: commands per second)"
            case .pending(let limit):
                "\(limit) commands are pending; try again when some of them have ended (rule: pending)"
            case .blocked:
                "The application is busy with commands that block it; try again later (rule: blocked)"
            }
        }
    }

    private struct Peer: Sendable {
        var inFlight = 0
        var tokens: Double
        var time: ContinuousClock.Instant
    }

    private let limits: LoadLimits
    private var peers: [[UInt8]: Peer] = [:]
    private(set) var inFlight = 0
    /// When so many connections are known, those that ask nothing are forgotten.
    private var mostPeers = Self.fewPeers
    private static let fewPeers = 1_024

    init(limits: LoadLimits) { self.limits = limits }

    /// How many connections are known; for tests.
    var peerCount: Int { peers.count }

    /// Takes one more command of `peer` in, or says why not. Every success is followed by ``leave(_:)``.
    ///
    /// - Parameters:
    ///   - isUrgent: an emergency stop, which is counted and never refused.
    ///   - pending: how many commands are pending.
    mutating func enter(
        _ peer: [UInt8],
        isUrgent: Bool,
        pending: Int,
        now: ContinuousClock.Instant
    ) -> Refusal? {
        if peers.count >= mostPeers { forgetIdle(now: now) }
        var state = peers[peer] ?? Peer(tokens: mostTokens, time: now)
        refill(&state, now: now)
        let refusal = isUrgent ? nil : refusal(for: state, pending: pending)
        if refusal == nil {
            state.inFlight += 1
            inFlight += 1
            state.tokens = max(0, state.tokens - 1)
        }
        peers[peer] = state
        return refusal
    }

    /// A command of `peer` has its first answer.
    mutating func leave(_ peer: [UInt8]) {
        inFlight -= 1
        peers[peer]?.inFlight -= 1
    }

    private var mostTokens: Double { limits.commandsPerSecond.map(Double.init) ?? 0 }

    private func refusal(for peer: Peer, pending: Int) -> Refusal? {
        if peer.inFlight >= limits.inFlightPerPeer { return .inFlightPerPeer(limits.inFlightPerPeer) }
        if inFlight >= limits.inFlight { return .inFlight(limits.inFlight) }
        if pending >= limits.pending { return .pending(limits.pending) }
        if let rate = limits.commandsPerSecond, peer.tokens < 1 { return .commandsPerSecond(rate) }
        return nil
    }

    private func refill(_ peer: inout Peer, now: ContinuousClock.Instant) {
        peer.tokens = min(mostTokens, peer.tokens + (now - peer.time) / .seconds(1) * mostTokens)
        peer.time = now
    }

    /// Connections that ask nothing, and whose bucket is full again, are as good as new ones.
    private mutating func forgetIdle(now: ContinuousClock.Instant) {
        peers = peers.filter { _, peer in
            var peer = peer
            refill(&peer, now: now)
            return peer.inFlight > 0 || peer.tokens < mostTokens
        }
        mostPeers = max(Self.fewPeers, peers.count * 2)
    }
}
