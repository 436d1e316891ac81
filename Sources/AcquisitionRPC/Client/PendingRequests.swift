import AcquisitionModel

/// What a client waits for: replies by the number of the request.
struct PendingRequests: Sendable {
    typealias Reply = CheckedContinuation<Result<ApiCommandReply, RpcClientError>, Never>

    /// A request whose reply has not come.
    struct Waiting: Sendable {
        let continuation: Reply
        let identity: RequestIdentity
        /// The connection on which it may have gone out first; nil where it certainly has not.
        var connection: Int?
        /// What is needed to give it again; nil where that is not asked for.
        var repeatable: RepeatableRequest?
    }

    private var waiting: [UInt64: Waiting] = [:]

    /// From now on the reply to `id` is waited for.
    mutating func expect(_ id: UInt64, _ request: Waiting) { waiting[id] = request }

    /// A connection stands: from now on every request that waits may have gone out.
    mutating func connected(_ connection: Int, epoch: Int?, now: ContinuousClock.Instant) {
        for (id, request) in waiting where request.connection == nil {
            waiting[id]?.connection = connection
            waiting[id]?.repeatable?.sent = Repetition(firstSent: now, connection: connection, epoch: epoch)
        }
    }

    /// Who waits for this reply, if anybody does still.
    mutating func take(_ id: UInt64) -> Waiting? { waiting.removeValue(forKey: id) }

    /// Those whose requests have certainly not gone out.
    mutating func takeUnsent() -> [Reply] {
        let unsent = waiting.filter { $0.value.connection == nil }
        for id in unsent.keys { waiting[id] = nil }
        return unsent.values.map(\.continuation)
    }

    /// Whether the request can have got no answer yet, since it has not gone out.
    func isUnsent(_ id: UInt64) -> Bool {
        guard let request = waiting[id] else { return false }
        return request.connection == nil
    }

    /// Everybody who waits, when the client closes.
    mutating func takeAll() -> [Reply] {
        defer { waiting = [:] }
        return waiting.values.map(\.continuation)
    }

    // MARK: - Giving again

    /// The request is to be given again as soon as that is safe.
    mutating func ask(again id: UInt64) { waiting[id]?.repeatable?.isWanted = true }

    /// This start of the service is at the other end of the connection, and so it was when what waits was sent on it.
    mutating func proved(_ epoch: Int, on connection: Int) {
        for (id, request) in waiting where request.repeatable?.sent?.connection == connection {
            waiting[id]?.repeatable?.sent?.epoch = epoch
        }
    }

    /// What may be sent now of what is to be given again.
    mutating func takeDue(_ peer: Repetition.Peer, now: ContinuousClock.Instant) -> [DueRepetition] {
        waiting.keys.compactMap { id in waiting[id]?.repeatable?.takeDue(id, peer, now: now) }
    }
}

/// A request, and what is needed to give it again.
struct RepeatableRequest: Sendable {
    let bytes: [UInt8]
    /// Nil where it has not gone out: the transport has it still, and sends it by itself.
    var sent: Repetition?
    /// It is to be given again as soon as that is safe.
    var isWanted = false
    /// Why it was not given again.
    private(set) var hindrance: Repetition.Hindrance?

    init(_ bytes: [UInt8], sent: Repetition?) {
        self.bytes = bytes
        self.sent = sent
    }

    /// What is to be sent now under the number `id`; nil for nothing.
    mutating func takeDue(_ id: UInt64, _ peer: Repetition.Peer, now: ContinuousClock.Instant) -> DueRepetition? {
        guard isWanted, let sent else { return nil }
        switch sent.decide(peer, now: now) {
        case .wait: return nil
        case .never(let hindrance):
            isWanted = false
            self.hindrance = hindrance
            return nil
        case .again(let deadline):
            isWanted = false
            return DueRepetition(id: id, bytes: bytes, deadline: deadline)
        }
    }
}

/// A request that is to be sent again now, until the deadline.
struct DueRepetition: Sendable, Hashable {
    let id: UInt64
    let bytes: [UInt8]
    let deadline: ContinuousClock.Instant
}
