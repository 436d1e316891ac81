import AcquisitionModel

/// What a client waits for: replies by the number of the request, results by nonce.
struct PendingRequests: Sendable {
    typealias Reply = CheckedContinuation<Result<ApiCommandReply, RpcClientError>, Never>
    typealias Outcome = CheckedContinuation<Result<ApiCommandRequestResponse, RpcClientError>, Never>

    private var replies: [UInt64: Reply] = [:]
    private var results: [JSONValue: Expected] = [:]

    private enum Expected {
        /// The result may come at any time, even before the reply.
        case announced
        case waiting(Outcome)
        case arrived(ApiCommandRequestResponse)
    }

    /// How many requests wait for their reply.
    var count: Int { replies.count }

    mutating func expectReply(_ id: UInt64, _ continuation: Reply) { replies[id] = continuation }
    mutating func takeReply(_ id: UInt64) -> Reply? { replies.removeValue(forKey: id) }

    /// From now on the result under this nonce is kept.
    mutating func announceResult(nonce: JSONValue) { results[nonce] = .announced }

    /// Waits for the result; it is returned at once where it came before.
    mutating func awaitResult(nonce: JSONValue, _ continuation: Outcome) -> ApiCommandRequestResponse? {
        if case .arrived(let response) = results[nonce] { return response }
        results[nonce] = .waiting(continuation)
        return nil
    }

    /// A result came; who waits for it, if anybody does already.
    mutating func received(_ response: ApiCommandRequestResponse) -> Outcome? {
        switch results[response.nonce] {
        case nil, .arrived: return nil
        case .announced:
            results[response.nonce] = .arrived(response)
            return nil
        case .waiting(let continuation):
            results[response.nonce] = nil
            return continuation
        }
    }

    /// Nobody waits for the result any more; who did.
    mutating func forgetResult(nonce: JSONValue) -> Outcome? {
        guard case .waiting(let continuation) = results.removeValue(forKey: nonce) else {
            return nil
        }
        return continuation
    }

    /// Everybody who waits, when the client closes.
    mutating func takeAll() -> (replies: [Reply], outcomes: [Outcome]) {
        defer {
            replies = [:]
            results = [:]
        }
        let outcomes = results.values.compactMap { expected -> Outcome? in
            if case .waiting(let continuation) = expected { continuation } else { nil }
        }
        return (Array(replies.values), outcomes)
    }
}
