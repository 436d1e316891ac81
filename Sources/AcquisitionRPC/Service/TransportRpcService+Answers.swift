import AcquisitionModel
import Logging
import Synchronization

/// A command that could be read, with all that is known of it.
struct ArrivedCommand: Sendable {
    let request: ApiCommandRequest
    let incoming: IncomingRequest
    /// What the audit file is told of it; nil without such a file.
    let trace: AuditTrace?

    /// What the command is remembered by, so that it does not run twice: nil where its client does not say which it is.
    var memoryKey: AnswerMemory.Key? {
        guard request.nonce != 0, !request.nonce.isNull else { return nil }
        let client = request.client.map { Array("name \(incoming.sender?.user ?? "") \($0)".utf8) }
        let connection = incoming.peer.envelope.first.map { Array("connection ".utf8) + $0 }
        return AnswerMemory.Key(client: client ?? connection ?? [], nonce: request.nonce)
    }
}

/// The answers that the service gives itself, without the delegate.
extension TransportRpcService {
    /// Answers a command.
    func answer(_ arrived: ArrivedCommand, with response: ApiCommandRequestResponse) -> [UInt8] {
        answer(arrived, with: ApiCommandReply(response, to: arrived.request))
    }

    /// Answers a command.
    func answer(_ arrived: ArrivedCommand, with reply: ApiCommandReply) -> [UInt8] {
        audit?.answered(arrived.trace, arrived.request, reply.response)
        var reply = reply
        reply.epoch = epoch(for: arrived.request)
        return reply.bytes(limits: options.limits)
    }

    /// The epoch that a reply names: to clients that name themselves.
    func epoch(for request: ApiCommandRequest) -> Int? {
        request.client == nil ? nil : state.withLock { $0.epoch }
    }

    /// Refuses a command since a limit was reached.
    func refuse(_ arrived: ArrivedCommand, _ reason: Admission.Refusal) -> [UInt8] {
        tally.add(.refusedForLoad)
        let request = arrived.request
        logger.debug(
            "A command was refused",
            metadata: ["command": "\(request.command)", "nonce": "\(request.nonce)", "reason": "\(reason.message)"]
        )
        return refuse(arrived, with: .unavailable(reason.message))
    }

    /// Refuses a command: the service itself does, and not the application.
    private func refuse(_ arrived: ArrivedCommand, with response: ApiCommandRequestResponse) -> [UInt8] {
        var reply = ApiCommandReply(response, to: arrived.request)
        reply.errorKind = .systemError
        return answer(arrived, with: reply)
    }

    /// The answer to a command that came before; nil where it is still to come.
    func answerAgain(_ arrived: ArrivedCommand, _ verdict: AnswerMemory.Verdict) -> [UInt8]? {
        switch verdict {
        case .new, .running:
            tally.add(.answeredAgain)
            return nil
        case .answered(let reply, let result):
            tally.add(.answeredAgain)
            // Whoever asks again may have missed it.
            if let result { publish(result) }
            let forgotten = "The command was carried out; its answer is not kept any more"
            return reply ?? refuse(arrived, with: .unavailable(forgotten))
        case .crowded:
            tally.add(.refusedForLoad)
            let crowded = "The command runs; too many wait for its answer (rule: run once)"
            return refuse(arrived, with: .unavailable(crowded))
        case .conflict:
            tally.add(.nonceReused)
            let nonce = arrived.request.nonce
            let conflict = "The nonce \(nonce) stands for another command (rule: one nonce, one command)"
            return refuse(arrived, with: .failed(conflict))
        case .full:
            tally.add(.refusedForLoad)
            let full = "\(AnswerMemory.mostEntries) commands are remembered already; try again later (rule: run once)"
            return refuse(arrived, with: .unavailable(full))
        }
    }
}
