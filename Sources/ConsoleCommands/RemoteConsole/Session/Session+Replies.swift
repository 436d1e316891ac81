import AcquisitionModel

extension Session {
    /// Shows a reply, as JSON or with `view`, and fails where it is no success.
    ///
    /// - Parameter asked: the command, where it is one that the peer should know.
    func show(
        _ reply: ApiCommandReply,
        to asked: ApiCommand? = nil,
        named name: String? = nil,
        accepting accepted: Set<ApiCommandRequestResult> = [.success, .pending, .pendingWithNotification],
        view: (JSONValue) -> [String]
    ) throws {
        let name = name ?? reply.command.display(in: shownDialect)
        if let asked, reply.command == .userDefined, reply.result == .success {
            // What a peer does not know it takes for a command of the lab's own (`protocol/autotrainer.md`, section 3).
            throw CommandFailure(.failed, "\(asked): the application does not know this command")
        }
        let isGood = accepted.contains(reply.result) && reply.errorKind == .none
        if json {
            try out.line(ReplyView.json(reply))
        } else if isGood || !reply.data.isNull {
            try out.lines(view(reply.data))
        }
        if reply.result == .pendingWithNotification, isGood {
            note("pending; the result will be published (nonce \(SafeText.of(reply.nonce)))")
        }
        guard isGood else { throw ReplyView.failure(reply, named: name) }
    }

    /// Shows a reply whose data, if any, has no form of its own.
    func show(_ reply: ApiCommandReply, to asked: ApiCommand? = nil, named name: String) throws {
        try show(reply, to: asked, named: name) { data in
            var named = data
            // Only the command says of which vocabulary a mode is.
            if let mode = data["mode"] {
                if reply.command == .setApplicationMode { named = ["applicationMode": mode] }
                if reply.command == .setTrainingMode { named = ["trainingMode": mode] }
            }
            return ReplyView.lines(reply, named: name, data: named, style: style)
        }
    }
}
