/// Decides who may give one more command, by ``LoadLimits``: a token bucket for each connection, counts of what is under
/// way, and the bytes that it keeps.
struct Admission: Sendable {
    /// Which limit was reached.
    enum Refusal: Sendable, Hashable {
        case inFlightPerPeer(Int)
        case inFlight(Int)
        case commandsPerSecond(Int)
        case pending(Int)
        case bytesPerPeer(Int)
        case bytes(Int)
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
            case .bytesPerPeer(let limit):
                "The commands of this client that are under way take \(limit) bytes; give more when some have ended "
                    + "(rule: bytes per peer)"
            case .bytes(let limit):
                "The commands of all clients that are under way take \(limit) bytes; try again later (rule: bytes)"
            case .blocked:
                "The application is busy with commands that block it; try again later (rule: blocked)"
            }
        }
    }

    private struct Peer: Sendable {
        var inFlight = 0
        /// What its commands keep, from their arrival to their end.
        var bytes = 0
        var tokens: Double
        var time: ContinuousClock.Instant
    }

    private var limits: LoadLimits
    private var peers: [[UInt8]: Peer] = [:]
    private(set) var inFlight = 0
    private(set) var bytes = 0
    /// When so many connections are known, those that ask nothing are forgotten.
    private var maximumPeers = Self.fewPeers
    private static let fewPeers = 1_024

    init(limits: LoadLimits) {
        self.limits = limits
        self.limits.bytesPerPeer = max(0, limits.bytesPerPeer)
        self.limits.bytes = max(0, limits.bytes)
    }

    /// How many connections are known; for tests.
    var peerCount: Int { peers.count }

    /// Counts a request that the service answers itself: one that cannot be read or is not allowed, a ping. Says why not,
    /// where there are too many of them.
    mutating func charge(_ peer: [UInt8], now: ContinuousClock.Instant) -> Refusal? {
        var state = known(peer, now: now)
        let refusal = rateRefusal(for: state)
        if refusal == nil { state.tokens = max(0, state.tokens - 1) }
        peers[peer] = state
        return refusal
    }

    /// Takes one more command of `peer` in, or says why not. Every success is followed by ``answered(_:)`` and
    /// ``ended(_:bytes:)``.
    ///
    /// - Parameters:
    ///   - isUrgent: an emergency stop, which is counted and never refused.
    ///   - bytes: what the command keeps. A single one always fits: how large it may be is another limit.
    ///   - pending: how many commands are pending.
    mutating func enter(
        _ peer: [UInt8],
        isUrgent: Bool,
        bytes more: Int = 0,
        pending: Int,
        now: ContinuousClock.Instant
    ) -> Refusal? {
        var state = known(peer, now: now)
        let refusal = isUrgent ? nil : refusal(for: state, bytes: more, pending: pending)
        if refusal == nil {
            state.inFlight += 1
            inFlight += 1
            state.bytes += more
            bytes += more
            state.tokens = max(0, state.tokens - 1)
        }
        peers[peer] = state
        return refusal
    }

    /// Counts what work keeps that the program itself began.
    mutating func begin(_ peer: [UInt8], bytes more: Int) {
        bytes += more
        peers[peer]?.bytes += more
    }

    /// A command of `peer` has its first answer.
    mutating func answered(_ peer: [UInt8]) {
        inFlight -= 1
        peers[peer]?.inFlight -= 1
    }

    /// A command of `peer` that kept `less` bytes has its end.
    mutating func ended(_ peer: [UInt8], bytes less: Int) {
        bytes -= less
        peers[peer]?.bytes -= less
    }

    private var maximumTokens: Double { limits.commandsPerSecond.map { Double(max(0, $0)) } ?? 0 }

    private mutating func known(_ peer: [UInt8], now: ContinuousClock.Instant) -> Peer {
        if peers.count >= maximumPeers { forgetIdle(now: now) }
        var state = peers[peer] ?? Peer(tokens: maximumTokens, time: now)
        refill(&state, now: now)
        return state
    }

    private func rateRefusal(for peer: Peer) -> Refusal? {
        limits.commandsPerSecond.flatMap { peer.tokens < 1 ? .commandsPerSecond($0) : nil }
    }

    private func refusal(for peer: Peer, bytes more: Int, pending: Int) -> Refusal? {
        if peer.inFlight >= limits.inFlightPerPeer { return .inFlightPerPeer(limits.inFlightPerPeer) }
        if inFlight >= limits.inFlight { return .inFlight(limits.inFlight) }
        if pending >= limits.pending { return .pending(limits.pending) }
        if peer.bytes > 0, peer.bytes > limits.bytesPerPeer - more { return .bytesPerPeer(limits.bytesPerPeer) }
        if bytes > 0, bytes > limits.bytes - more { return .bytes(limits.bytes) }
        return rateRefusal(for: peer)
    }

    private func refill(_ peer: inout Peer, now: ContinuousClock.Instant) {
        peer.tokens = min(maximumTokens, peer.tokens + (now - peer.time) / .seconds(1) * maximumTokens)
        peer.time = now
    }

    /// Connections that ask nothing, and whose bucket is full again, are as good as new ones.
    private mutating func forgetIdle(now: ContinuousClock.Instant) {
        peers = peers.filter { _, peer in
            var peer = peer
            refill(&peer, now: now)
            return peer.inFlight > 0 || peer.bytes > 0 || peer.tokens < maximumTokens
        }
        maximumPeers = max(Self.fewPeers, peers.count * 2)
    }
}
