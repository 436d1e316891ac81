import AcquisitionModel
import Synchronization

/// One command on its way through the delegate.
final class CommandJob: Sendable {
    /// The job whose delegate runs in this task, so that ``RpcService/answerLater(to:_:)`` finds it.
    @TaskLocal static var current: CommandJob?

    /// The number of the job, of which no other has the same.
    let id = CommandJob.lastID.add(1, ordering: .relaxed).newValue
    private static let lastID = Atomic<UInt64>(0)
    /// The command.
    let request: ApiCommandRequest
    /// Where the reply goes; nil for a job that only publishes.
    let peer: PeerAddress?
    /// What the command is remembered by; nil where it is not.
    let key: AnswerMemory.Key?
    /// Who gave it; nil for the program itself.
    let sender: CommandSender?
    /// What the audit file is told of the request; nil without such a file.
    let trace: AuditTrace?
    private let state: Mutex<State>

    private struct State {
        var reply: ReplyState
        /// Whether the transport's call that brought the request has not returned yet: it can take the reply along.
        var isInline: Bool
        var inlineReply: ApiCommandRequestResponse?
        var isResultLeftToOthers = false
        var isStopped = false
        var isExpired = false
        var task: Task<Void, Never>?
    }

    /// A command that a client waits for.
    init(
        request: ApiCommandRequest,
        peer: PeerAddress,
        sender: CommandSender? = nil,
        key: AnswerMemory.Key? = nil,
        trace: AuditTrace? = nil
    ) {
        self.request = request
        self.peer = peer
        self.sender = sender
        self.key = key
        self.trace = trace
        state = Mutex(State(reply: .answering, isInline: true))
    }

    /// Work that goes on after the client was told PENDING_WITH_NOTIFICATION.
    init(
        later request: ApiCommandRequest,
        sender: CommandSender? = nil,
        key: AnswerMemory.Key? = nil,
        trace: AuditTrace? = nil
    ) {
        self.request = request
        self.trace = trace
        peer = nil
        self.sender = sender
        self.key = key
        state = Mutex(State(reply: .later, isInline: false))
    }

    /// Keeps the task, to cancel it when the service stops; at once where it has stopped already.
    func keep(_ task: Task<Void, Never>) {
        let isStopped = state.withLock { state in
            if !state.reply.isDone { state.task = task }
            return state.isStopped
        }
        if isStopped { task.cancel() }
    }

    /// The result is published by others, or has been: by the work that the delegate left to
    /// ``RpcService/answerLater(to:_:)``, or with ``RpcService/sendCommandResult(_:)``.
    func leaveResultToOthers() {
        state.withLock { $0.isResultLeftToOthers = true }
    }

    /// Whether the result, where it is not the reply, is published by others.
    var isResultLeftToOthers: Bool { state.withLock { $0.isResultLeftToOthers } }

    /// The delegate returned.
    func returned(_ response: ApiCommandRequestResponse) -> ReplyState.Action {
        state.withLock { state in
            state.task = nil
            let action = state.reply.returned(response)
            switch action {
            case .reply(let reply) where state.isInline:
                state.inlineReply = reply
                return .nothing
            case .publish where state.isResultLeftToOthers: return .nothing
            default: return action
            }
        }
    }

    /// The transport's call returns; the reply, where it is there already, goes with it.
    func endInline() -> ApiCommandRequestResponse? {
        state.withLock { state in
            state.isInline = false
            defer { state.inlineReply = nil }
            return state.inlineReply
        }
    }

    /// The delegate has taken too long.
    func tookTooLong() -> ReplyState.Action {
        state.withLock { $0.reply.tookTooLong() }
    }

    /// Whether the command was given up since it was pending for too long.
    var isExpired: Bool { state.withLock { $0.isExpired } }

    /// The command has been pending for too long: cancels the delegate's task.
    func expired(_ message: String) -> ReplyState.Action {
        let (action, task) = state.withLock { state -> (ReplyState.Action, Task<Void, Never>?) in
            let action = state.reply.expired(message)
            if case .publish = action { state.isExpired = true } else { return (.nothing, nil) }
            return (state.isResultLeftToOthers ? .nothing : action, state.task)
        }
        task?.cancel()
        return action
    }

    /// The service stops: cancels the delegate's task.
    func stopping() -> ReplyState.Action {
        let (action, task) = state.withLock { state -> (ReplyState.Action, Task<Void, Never>?) in
            state.isStopped = true
            let action = state.reply.stopping()
            guard state.isResultLeftToOthers else { return (action, state.task) }
            // Others publish how it ended, FAILED as it may be.
            if case .reply = action {
                return (.reply(ApiCommandRequestResponse(.pendingWithNotification)), state.task)
            }
            return (.nothing, state.task)
        }
        task?.cancel()
        return action
    }
}
