import AcquisitionModel

/// The results that a client waits for, by nonce; of several commands under one nonce the first is the first to get one.
struct PendingResults: Sendable {
    typealias Outcome = CheckedContinuation<Result<ApiCommandRequestResponse, RpcClientError>, Never>

    private var results: [JSONValue: [Expected]] = [:]

    private struct Expected: Sendable {
        let id: UInt64
        let identity: RequestIdentity
        var state = State.announced
        /// The reply has come, from this start of the service where it said so.
        var reply: (epoch: Int?, repeatable: RepeatableRequest?)?
    }

    private enum State: Sendable {
        /// The result may come at any time, even before the reply.
        case announced
        case waiting(Outcome)
        case arrived(ApiCommandRequestResponse)
        /// The service that owed it is gone.
        case lost
    }

    /// What is there when somebody begins to wait.
    enum Present: Sendable {
        case nothing
        case arrived(ApiCommandRequestResponse)
        case lost
    }

    /// Whether a command under this nonce has no result yet.
    func has(nonce: Int64) -> Bool { results[.integer(nonce)] != nil }

    /// From now on a result is kept for the command `id`.
    mutating func announce(_ id: UInt64, _ identity: RequestIdentity) {
        results[identity.nonce, default: []].append(Expected(id: id, identity: identity))
    }

    /// The command `id` was answered: it is pending with the start `epoch` of the service; `isLate` where that is over.
    mutating func replied(
        _ id: UInt64,
        nonce: JSONValue,
        epoch: Int?,
        isLate: Bool,
        _ repeatable: RepeatableRequest?
    ) {
        guard let index = results[nonce]?.firstIndex(where: { $0.id == id }) else { return }
        var repeatable = repeatable
        repeatable?.isWanted = false
        if let epoch { repeatable?.sent?.epoch = epoch }
        results[nonce]?[index].reply = (epoch, repeatable)
        if isLate, case .announced = results[nonce]?[index].state { results[nonce]?[index].state = .lost }
    }

    /// Waits for the result, if it is not there already.
    mutating func await(_ id: UInt64, nonce: JSONValue, _ continuation: Outcome) -> Present {
        guard let index = results[nonce]?.firstIndex(where: { $0.id == id }) else { return .lost }
        switch results[nonce]?[index].state {
        case .arrived(let response): return .arrived(response)
        case .lost: return .lost
        case .announced, .waiting, nil:
            results[nonce]?[index].state = .waiting(continuation)
            return .nothing
        }
    }

    /// A result came; who waits for it, if anybody does already.
    ///
    /// - Parameter isUnsent: whether a command has not gone out, so that this cannot be its result.
    mutating func received(
        _ response: ApiCommandRequestResponse,
        _ fidelity: NonceFidelity,
        isUnsent: (UInt64) -> Bool
    ) -> Outcome? {
        if results.isEmpty { return nil }
        var nonces = results[response.nonce] == nil ? [] : [response.nonce]
        if nonces.isEmpty, fidelity != .exact { nonces = Array(results.keys) }
        for nonce in nonces {
            for (index, expected) in (results[nonce] ?? []).enumerated() {
                guard expected.identity.isEnded(by: response, fidelity), !isUnsent(expected.id) else { continue }
                switch expected.state {
                case .arrived, .lost: continue
                case .announced:
                    results[nonce]?[index].state = .arrived(response)
                    return nil
                case .waiting(let continuation):
                    remove(index, under: nonce)
                    return continuation
                }
            }
        }
        return nil
    }

    /// The command `id` does not wait for its result any more; its continuation where it did, and why it was not given
    /// again where it should have been.
    mutating func forget(_ id: UInt64, nonce: JSONValue) -> (outcome: Outcome?, hindrance: Repetition.Hindrance?) {
        guard let index = results[nonce]?.firstIndex(where: { $0.id == id }) else { return (nil, nil) }
        let hindrance = results[nonce]?[index].reply?.repeatable?.hindrance
        guard case .waiting(let continuation) = remove(index, under: nonce) else { return (nil, hindrance) }
        return (continuation, hindrance)
    }

    /// The service was started anew, as `present`: what any other start owed is lost; who waits for that. A command that is
    /// not answered yet may be the new start's.
    mutating func takeLost(present: Int?) -> [Outcome] {
        var outcomes: [Outcome] = []
        for (nonce, list) in results {
            for index in list.indices.reversed() {
                guard let reply = list[index].reply, reply.epoch == nil || reply.epoch != present else { continue }
                switch list[index].state {
                case .arrived, .lost: continue
                case .announced: results[nonce]?[index].state = .lost
                case .waiting(let continuation):
                    outcomes.append(continuation)
                    remove(index, under: nonce)
                }
            }
        }
        return outcomes
    }

    @discardableResult
    private mutating func remove(_ index: Int, under nonce: JSONValue) -> State? {
        let removed = results[nonce]?.remove(at: index)
        if results[nonce]?.isEmpty == true { results[nonce] = nil }
        return removed?.state
    }

    /// Everybody who waits, when the client closes.
    mutating func takeAll() -> [Outcome] {
        defer { results = [:] }
        return results.values.joined().compactMap { expected in
            if case .waiting(let continuation) = expected.state { continuation } else { nil }
        }
    }

    // MARK: - Asking again

    /// Every pending command is to be given again, as soon as that is safe: its result may have been missed.
    mutating func askAgain() {
        for nonce in results.keys {
            for index in (results[nonce] ?? []).indices { results[nonce]?[index].reply?.repeatable?.isWanted = true }
        }
    }

    /// What may be sent now of what is to be given again. Nobody waits for the replies, which say PENDING once more.
    mutating func takeDue(_ peer: Repetition.Peer, now: ContinuousClock.Instant) -> [DueRepetition] {
        var due: [DueRepetition] = []
        for nonce in results.keys {
            for index in (results[nonce] ?? []).indices {
                guard let id = results[nonce]?[index].id else { continue }
                if let one = results[nonce]?[index].reply?.repeatable?.takeDue(id, peer, now: now) { due.append(one) }
            }
        }
        return due
    }
}
