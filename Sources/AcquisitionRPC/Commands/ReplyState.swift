import AcquisitionModel

/// What becomes of one command: it is answered once, and its result is published at most once.
///
/// ```
/// answering ── returned ──────────────> done                      (reply)
///     ├─────── pendingAfter ──────────> later                     (reply PENDING…)
///     └─────── stopping ──────────────> done                      (reply FAILED)
/// later ────── returned, expired, stopping ──> done               (publish)
///        └──── returned PENDING… ─────> done                      (nothing)
/// ```
///
/// Whoever returns PENDING_WITH_NOTIFICATION leaves it to the application to publish the result.
struct ReplyState: Sendable, Hashable {
    /// What is to be done now.
    enum Action: Sendable, Hashable {
        case nothing
        case reply(ApiCommandRequestResponse)
        case publish(ApiCommandRequestResponse)
    }

    private enum Phase: Sendable, Hashable {
        /// The client waits for its reply.
        case answering
        /// The client was told PENDING_WITH_NOTIFICATION; the result is published when it comes.
        case later
        case done
    }

    private var phase: Phase

    /// A command whose client waits for its reply.
    static let answering = ReplyState(phase: .answering)
    /// A command that was answered PENDING_WITH_NOTIFICATION and whose result will be published.
    static let later = ReplyState(phase: .later)

    /// Whether nothing more will happen.
    var isDone: Bool { phase == .done }

    /// The delegate, or the work that it left, came to an end.
    mutating func returned(_ response: ApiCommandRequestResponse) -> Action {
        defer { phase = .done }
        switch phase {
        case .answering: return .reply(response)
        case .later: return response.result == .pendingWithNotification ? .nothing : .publish(response)
        case .done: return .nothing
        }
    }

    /// The delegate has taken too long.
    mutating func tookTooLong() -> Action {
        guard phase == .answering else { return .nothing }
        phase = .later
        return .reply(ApiCommandRequestResponse(.pendingWithNotification))
    }

    /// The command has been pending for too long.
    mutating func expired(_ message: String) -> Action {
        guard phase == .later else { return .nothing }
        return returned(.failed(message))
    }

    /// The service stops.
    mutating func stopping() -> Action {
        returned(.failed("The service was stopped before the command ended"))
    }
}
