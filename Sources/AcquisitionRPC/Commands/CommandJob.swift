import AcquisitionModel
import Synchronization

/// One command on its way through the delegate.
final class CommandJob: Sendable {
    /// The job whose delegate runs in this task, so that ``RpcService/answerLater(to:_:)`` finds it.
    @TaskLocal static var current: CommandJob?

    /// The command.
    let request: ApiCommandRequest
    /// Where the reply goes; nil for a job that only publishes.
    let peer: PeerAddress?
    private let state: Mutex<State>

    private struct State {
        var reply: ReplyState
        /// Whether the transport's call that brought the request has not returned yet: it can take the reply along.
        var isInline: Bool
        var inlineReply: ApiCommandRequestResponse?
        var leftToWork = false
        var task: Task<Void, Never>?
    }

    /// A command that a client waits for.
    init(request: ApiCommandRequest, peer: PeerAddress) {
        self.request = request
        self.peer = peer
        state = Mutex(State(reply: .answering, isInline: true))
    }

    /// Work that goes on after the client was told PENDING_WITH_NOTIFICATION.
    init(later request: ApiCommandRequest) {
        self.request = request
        peer = nil
        state = Mutex(State(reply: .later, isInline: false))
    }

    /// Keeps the task, to cancel it when the service stops.
    func keep(_ task: Task<Void, Never>) {
        state.withLock { if !$0.reply.isDone { $0.task = task } }
    }

    /// The delegate handed its work over to ``RpcService/answerLater(to:_:)``, which publishes the result.
    func leaveToWork() {
        state.withLock { $0.leftToWork = true }
    }

    /// Whether the result, if it is still to come, is published by ``RpcService/answerLater(to:_:)``.
    var isLeftToWork: Bool { state.withLock { $0.leftToWork } }

    /// The delegate returned.
    func returned(_ response: ApiCommandRequestResponse) -> ReplyState.Action {
        state.withLock { state in
            state.task = nil
            let action = state.reply.returned(response)
            guard state.isInline, case .reply(let reply) = action else { return action }
            state.inlineReply = reply
            return .nothing
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

    /// The service stops: cancels the delegate's task.
    func stopping() -> ReplyState.Action {
        let (action, task) = state.withLock { ($0.reply.stopping(), $0.task) }
        task?.cancel()
        return action
    }
}
