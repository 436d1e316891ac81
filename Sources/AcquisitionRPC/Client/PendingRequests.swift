import AcquisitionModel

/// What a client waits for: replies by the number of the request, results by nonce.
struct PendingRequests: Sendable {
    typealias Reply = CheckedContinuation<Result<ApiCommandReply, RpcClientError>, Never>
    typealias Outcome = CheckedContinuation<Result<ApiCommandRequestResponse, RpcClientError>, Never>

    private var replies: [UInt64: Waiting] = [:]
    /// By nonce; of several commands under one nonce the first is the first to get a result.
    private var results: [JSONValue: [Expected]] = [:]

    private struct Waiting {
        let continuation: Reply
        var mayBeSent: Bool
    }

    private struct Expected {
        let id: UInt64
        var state: State

        enum State {
            /// The result may come at any time, even before the reply.
            case announced
            case waiting(Outcome)
            case arrived(ApiCommandRequestResponse)
        }
    }

    /// Waits for a reply; `mayBeSent` where there is a connection on which the request goes out.
    mutating func expectReply(_ id: UInt64, mayBeSent: Bool, _ continuation: Reply) {
        replies[id] = Waiting(continuation: continuation, mayBeSent: mayBeSent)
    }

    /// A connection stands: from now on every request that waits may have gone out.
    mutating func connected() {
        for id in replies.keys { replies[id]?.mayBeSent = true }
    }

    /// Who waits for this reply, if anybody does still.
    mutating func takeReply(_ id: UInt64) -> Reply? { replies.removeValue(forKey: id)?.continuation }

    /// Those whose requests have certainly not gone out.
    mutating func takeUnsent() -> [Reply] {
        let unsent = replies.filter { !$0.value.mayBeSent }
        for id in unsent.keys { replies[id] = nil }
        return unsent.values.map(\.continuation)
    }

    /// Whether the request may have reached a service.
    func mayBeSent(_ id: UInt64) -> Bool { replies[id]?.mayBeSent ?? false }

    /// From now on a result under this nonce is kept for the command `id`.
    mutating func announceResult(nonce: JSONValue, id: UInt64) {
        results[nonce, default: []].append(Expected(id: id, state: .announced))
    }

    /// Waits for the result; it is returned at once where it came before.
    mutating func awaitResult(
        nonce: JSONValue,
        id: UInt64,
        _ continuation: Outcome
    ) -> ApiCommandRequestResponse? {
        if let index = results[nonce]?.firstIndex(where: { $0.id == id }) {
            if case .arrived(let response) = results[nonce]?[index].state { return response }
            results[nonce]?[index].state = .waiting(continuation)
        } else {
            results[nonce, default: []].append(Expected(id: id, state: .waiting(continuation)))
        }
        return nil
    }

    /// A result came; who waits for it, if anybody does already.
    mutating func received(_ response: ApiCommandRequestResponse) -> Outcome? {
        let expected = results[response.nonce] ?? []
        for (index, expected) in expected.enumerated() {
            switch expected.state {
            case .arrived: continue
            case .announced:
                results[response.nonce]?[index].state = .arrived(response)
                return nil
            case .waiting(let continuation):
                remove(index, under: response.nonce)
                return continuation
            }
        }
        return nil
    }

    /// The command `id` does not wait for its result any more; its continuation where it did.
    mutating func forgetResult(nonce: JSONValue, id: UInt64) -> Outcome? {
        guard let index = results[nonce]?.firstIndex(where: { $0.id == id }) else { return nil }
        guard case .waiting(let continuation) = remove(index, under: nonce) else { return nil }
        return continuation
    }

    @discardableResult
    private mutating func remove(_ index: Int, under nonce: JSONValue) -> Expected.State? {
        let removed = results[nonce]?.remove(at: index)
        if results[nonce]?.isEmpty == true { results[nonce] = nil }
        return removed?.state
    }

    /// Everybody who waits for a result.
    mutating func takeOutcomes() -> [Outcome] {
        let outcomes = results.values.joined().compactMap { expected -> Outcome? in
            if case .waiting(let continuation) = expected.state { continuation } else { nil }
        }
        for (nonce, expected) in results {
            let others = expected.filter { if case .waiting = $0.state { false } else { true } }
            results[nonce] = others.isEmpty ? nil : others
        }
        return outcomes
    }

    /// Everybody who waits, when the client closes.
    mutating func takeAll() -> (replies: [Reply], outcomes: [Outcome]) {
        defer {
            replies = [:]
            results = [:]
        }
        let outcomes = takeOutcomes()
        return (replies.values.map(\.continuation), outcomes)
    }
}
