import AcquisitionRPC

/// Tells whether the acquisition process is there, for answers of a gateway that would otherwise claim it.
///
/// Heartbeats tell. Where none came, because the gateway has just started, because they stopped, or because only commands
/// get through, the process is asked, and any answer counts.
public struct ServicePresence: Sendable {
    private let client: RpcClient

    /// Asks through `client`.
    public init(_ client: RpcClient) { self.client = client }

    /// Returns where the process is there.
    ///
    /// - Parameters:
    ///   - patience: how long to wait for a sign of life, where there is none yet.
    ///   - isAsked: whether the process is asked in any case: one that has just stopped to work lives, by its heartbeats, for
    ///     three intervals more.
    /// - Throws: ``GatewayError`` of the code `notConnected` where there is no sign of life; `CancellationError` where the
    ///   task is cancelled.
    public func check(within patience: Duration = .seconds(1), isAsked: Bool = false) async throws {
        guard isAsked || client.currentLiveness != .online else { return }
        do {
            _ = try await client.request(.none, timeout: patience)
        } catch let error as RpcClientError {
            // Whoever answers in a way that nobody understands is there too.
            if error.code == .unreadableReply || error.code == .wrongReply { return }
            // A heartbeat may have come in the meantime.
            if !isAsked, client.currentLiveness == .online { return }
            throw GatewayError(
                .notConnected,
                error.code == .noAnswer
                    // The error's own words are about a command that may have run; this one does nothing.
                    ? "The acquisition process is connected, and did not answer within \(patience)"
                    : "The acquisition process is not there: \(error)"
            )
        }
    }

    /// Whether the process is there; see `check(within:)`. False where the task is cancelled.
    public func isThere(within patience: Duration) async -> Bool {
        do {
            try await check(within: patience)
            return true
        } catch {
            return false
        }
    }
}
