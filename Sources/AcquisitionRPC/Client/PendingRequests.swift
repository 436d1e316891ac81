import AcquisitionModel

/// What a client waits for: replies by the number of the request.
struct PendingRequests: Sendable {
    typealias Reply = CheckedContinuation<Result<ApiCommandReply, RpcClientError>, Never>

    /// A request whose reply has not come.
    struct Waiting: Sendable {
        let continuation: Reply
        let request: ApiCommandRequest
        /// Until when its reply is waited for.
        let end: ContinuousClock.Instant
        /// What was sent, and under which number.
        var bytes: [UInt8]
        var number: UInt64
        /// The connection on which it may have gone out first; nil where it certainly has not.
        var connection: Int?
        /// What is needed to give it again; nil where that is not asked for.
        var repeatable: RepeatableRequest?
        /// How often the service has said that it came too late, and it was sent anew.
        var renewals = 0

        var identity: RequestIdentity { RequestIdentity(request) }
        var deadline: RequestDeadline? { request.deadline }
        /// Whether it may be carried out late, and as often as it comes.
        var isHarmless: Bool { request.command.mayComeLate }
    }

    private var waiting: [UInt64: Waiting] = [:]
    /// Which request was sent anew under a number.
    private var renewed: [UInt64: UInt64] = [:]
    /// How often each nonce is under way.
    private var nonces: [Int: Int] = [:]

    /// How many ask for the service's time, so that they will be sent anew.
    private var questionCount = 0
    /// Whether some ask for the service's time. What is sent meanwhile has to ask as well, or it would overtake them.
    var hasQuestions: Bool { questionCount > 0 }

    /// From now on the reply to `id` is waited for.
    mutating func expect(_ id: UInt64, _ request: Waiting) {
        waiting[id] = request
        if request.deadline?.isQuestion == true { questionCount += 1 }
        if let nonce = request.request.nonce.int { nonces[nonce, default: 0] += 1 }
    }

    /// Whether a request under this nonce waits.
    func has(nonce: Int64) -> Bool { nonces[Int(nonce)] != nil }

    /// A connection stands: from now on every request that waits may have gone out.
    mutating func connected(_ connection: Int, epoch: Int?, now: ContinuousClock.Instant) {
        for (id, request) in waiting where request.connection == nil {
            waiting[id]?.connection = connection
            waiting[id]?.repeatable?.sent = Repetition(request, firstSent: now, connection: connection, epoch: epoch)
        }
    }

    /// Who waits for this reply, if anybody does still.
    mutating func take(_ id: UInt64) -> Waiting? {
        guard let request = waiting.removeValue(forKey: id) else { return nil }
        renewed[request.number] = nil
        if request.deadline?.isQuestion == true { questionCount -= 1 }
        if let nonce = request.request.nonce.int, let count = nonces[nonce] {
            nonces[nonce] = count > 1 ? count - 1 : nil
        }
        return request
    }

    /// Who waits for the reply to what was sent under `number`: not to what was sent before, in its place.
    mutating func take(sentAs number: UInt64) -> (id: UInt64, request: Waiting)? {
        let id = renewed[number] ?? number
        guard waiting[id]?.number == number, let request = take(id) else { return nil }
        return (id, request)
    }

    /// Whether the reply to what was sent under `number` is waited for.
    func isWaiting(sentAs number: UInt64) -> Bool { waiting[renewed[number] ?? number]?.number == number }

    /// The service did not run the request: it is sent anew, as `request` says, and waited for.
    mutating func renew(_ id: UInt64, _ request: Waiting) {
        expect(id, request)
        renewed[request.number] = id
    }

    /// Those whose requests have certainly not gone out.
    mutating func takeUnsent() -> [Reply] {
        waiting.filter { $0.value.connection == nil }.keys.compactMap { take($0)?.continuation }
    }

    /// Whether the request can have got no answer yet, since it has not gone out.
    func isUnsent(_ id: UInt64) -> Bool {
        guard let request = waiting[id] else { return false }
        return request.connection == nil
    }

    /// Everybody who waits, when the client closes.
    mutating func takeAll() -> [Waiting] { waiting.keys.compactMap { take($0) } }

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
        waiting.compactMap { id, request in waiting[id]?.repeatable?.takeDue(request.number, peer, now: now) }
    }

    /// The emergency stops that were sent on earlier connections. Each is given again on every new one: it is carried out
    /// as often as it comes.
    func emergencyStops(before connection: Int) -> [DueRepetition] {
        waiting.values.compactMap { request in
            guard request.request.command == .emergencyStop, let sent = request.connection, sent < connection else {
                return nil
            }
            return DueRepetition(id: request.number, bytes: request.bytes, deadline: request.end)
        }
    }
}

extension ApiCommand {
    /// Whether no harm is done if the command is carried out when nobody waits for it any more: it changes nothing, or
    /// stops everything.
    var mayComeLate: Bool { self == .none || self == .emergencyStop || changesNothing }
}

/// A request, and what is needed to give it again.
struct RepeatableRequest: Sendable {
    let bytes: [UInt8]
    /// Nil where it has not gone out: the transport has it still, and sends it by itself.
    var sent: Repetition?
    /// It is to be given again as soon as that is safe.
    var isWanted = false
    /// Whether it was given again.
    private(set) var wasRepeated = false
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
            wasRepeated = true
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
