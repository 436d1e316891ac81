import AcquisitionModel

/// What becomes of one command: it is answered once, it has at most one result, and exactly one where it was answered
/// PENDING_WITH_NOTIFICATION. The first result counts, whoever creates it.
///
/// ```
/// running ── the delegate returns ─────────────────────────> done        (reply)
///    │  ├─── stop ─────────────────────────────────────────> done        (reply FAILED)
///    │  ├─── it takes too long, or returns PENDING… ───────> pending     (reply PENDING…)
///    │  └─── a result comes from elsewhere ────────────────> resolved    (publish)
/// resolved ── the delegate returns, too long, stop ────────> done        (reply)
/// pending ─── a result, pendingTime is over, stop ─────────> done        (publish)
/// ```
///
/// Until the delegate leaves the result to others (``leaveResultToOthers()``, or by returning
/// PENDING_WITH_NOTIFICATION itself), what it returns is the result.
struct CommandState: Sendable, Hashable {
    /// What is to be done now.
    enum Action: Sendable, Hashable {
        case nothing
        case reply(ApiCommandRequestResponse)
        case publish(ApiCommandRequestResponse)
        /// The command has its end already: this result is dropped.
        case drop
    }

    private enum Phase: Sendable, Hashable {
        /// The client waits for its reply.
        case running
        /// The client waits for its reply; the result is published.
        case resolved
        /// The client was told PENDING_WITH_NOTIFICATION, and a result is owed.
        case pending
        case done
    }

    private var phase: Phase
    private var isResultOfDelegate: Bool
    private(set) var isGivenUp = false

    /// A command whose client waits for its reply.
    static let running = CommandState(phase: .running, isResultOfDelegate: true)
    /// A command that was answered PENDING_WITH_NOTIFICATION elsewhere, and whose result will be published.
    static let pending = CommandState(phase: .pending, isResultOfDelegate: false)

    /// Whether nothing more will happen.
    var isDone: Bool { phase == .done }
    /// Whether its client waits for a reply.
    var awaitsReply: Bool { phase == .running || phase == .resolved }
    /// Whether a result is owed to its client.
    var owesResult: Bool { phase == .pending }

    /// Whether a result that comes now is its result.
    var mayHaveResult: Bool { phase == .running || phase == .pending }

    /// The delegate leaves the result to somebody else.
    mutating func leaveResultToOthers() { isResultOfDelegate = false }

    /// The delegate returned.
    mutating func returned(_ response: ApiCommandRequestResponse) -> Action {
        let isPending = response.result == .pendingWithNotification
        switch phase {
        case .running:
            phase = isPending ? .pending : .done
            if isPending { isResultOfDelegate = false }
            return .reply(response)
        case .resolved:
            phase = .done
            return .reply(response)
        case .pending where isPending:
            isResultOfDelegate = false
            return .nothing
        case .pending where isResultOfDelegate: return come(to: response)
        case .pending: return .nothing
        case .done: return isGivenUp && !isPending ? .drop : .nothing
        }
    }

    /// A result came from somebody else than the delegate: the work that it left, or the application.
    mutating func come(to result: ApiCommandRequestResponse) -> Action {
        switch phase {
        case .running:
            isResultOfDelegate = false
            phase = .resolved
            return .publish(result)
        case .pending:
            phase = .done
            return .publish(result)
        case .resolved, .done: return .drop
        }
    }

    /// The delegate has taken too long for its client to wait.
    mutating func tookTooLong() -> Action {
        switch phase {
        case .running: phase = .pending
        case .resolved: phase = .done
        case .pending, .done: return .nothing
        }
        return .reply(ApiCommandRequestResponse(.pendingWithNotification))
    }

    /// The command has been pending for too long.
    mutating func giveUp(_ message: String) -> Action {
        guard phase == .pending else { return .nothing }
        phase = .done
        isGivenUp = true
        return .publish(.failed(message))
    }

    /// The service stops.
    mutating func stop(_ message: String) -> Action {
        defer { phase = .done }
        switch phase {
        case .running: return .reply(.failed(message))
        case .resolved: return .reply(ApiCommandRequestResponse(.pendingWithNotification))
        case .pending: return .publish(.failed(message))
        case .done: return .nothing
        }
    }
}
