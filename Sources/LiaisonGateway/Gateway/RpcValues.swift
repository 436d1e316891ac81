import AcquisitionModel
import GatewayCore
import Synchronization

/// What the acquisition process says of itself: asked for when a client asks, and not more often than it makes sense.
final class RpcValues: Sendable {
    private let client: RpcClient
    private let freshness: Duration
    private let known = Mutex<[ApiCommand: (value: JSONValue, at: ContinuousClock.Instant)]>([:])

    /// - Parameter freshness: for how long an answer counts as the present one.
    init(client: RpcClient, freshness: Duration = .milliseconds(250)) {
        self.client = client
        self.freshness = freshness
    }

    /// The data of the answer to a question.
    ///
    /// - Throws: `GatewayError` of the codes `noAnswer` and `failed`; `CancellationError`.
    func value(of question: ApiCommand) async throws -> JSONValue {
        if let last = known.withLock({ $0[question] }), .now - last.at < freshness { return last.value }
        let reply: ApiCommandReply
        do {
            // A process that is slow to answer says that the answer is pending.
            reply = try await client.perform(
                question,
                keys: .asGiven,
                resultTimeout: client.options.timeout
            )
        } catch let error as RpcClientError {
            throw GatewayError(.noAnswer, "The acquisition process did not answer: \(error)")
        }
        guard reply.result == .success, reply.errorKind == .none else {
            let reason = reply.errorMessage ?? "\(reply.result)"
            throw GatewayError(.failed, "The acquisition process did not say its \(question): \(reason)")
        }
        known.withLock { $0[question] = (reply.data, .now) }
        return reply.data
    }
}
