import AcquisitionModel
import Logging
import Synchronization

/// A command that could be read, with all that is known of it.
struct ArrivedCommand: Sendable {
    let request: ApiCommandRequest
    let incoming: IncomingRequest
    /// What the audit file is told of it; nil without such a file.
    let trace: AuditTrace?

    /// What the command is remembered by, so that it does not run twice: nil where its nonce does not tell it from others of
    /// its client, and for an emergency stop, which is carried out as often as it comes.
    ///
    /// - Parameter queries: whether the answers to queries are kept.
    func memoryKey(queries: Bool) -> AnswerMemory.Key? {
        let nonce = request.nonceKey
        guard request.command != .emergencyStop, nonce.identifiesCommands else { return nil }
        let client: [UInt8]
        if let name = request.client {
            client = Array("name \(incoming.sender?.user ?? "") \(name)".utf8)
        } else {
            client = Array("connection ".utf8) + incoming.peer.connection
        }
        let isQuery = !queries && request.command.changesNothing
        return AnswerMemory.Key(client: client, nonce: nonce, isQuery: isQuery)
    }
}

/// The answers that the service gives itself, without the delegate.
extension TransportRpcService {
    /// Answers a command.
    func answer(_ arrived: ArrivedCommand, with response: ApiCommandRequestResponse) -> [UInt8] {
        answer(arrived, with: ApiCommandReply(response, to: arrived.request, in: options.dialect))
    }

    /// Answers a command.
    func answer(_ arrived: ArrivedCommand, with reply: ApiCommandReply) -> [UInt8] {
        audit?.answered(arrived.trace, arrived.request, reply.response, hasRun: false)
        return bytes(of: reply, to: arrived.request)
    }

    /// A reply as it is sent. A client that names itself is told which start of the service answers, and how old that is.
    func bytes(of reply: ApiCommandReply, to request: ApiCommandRequest) -> [UInt8] {
        noteNulls(in: reply.data, to: request.command)
        guard request.client != nil else { return reply.bytes(limits: options.limits) }
        var reply = reply
        reply.epoch = time.epoch
        reply.uptime = time.uptime(at: .now)
        return reply.bytes(limits: options.limits)
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
        var reply = ApiCommandReply(response, to: arrived.request, in: options.dialect)
        reply.errorKind = .systemError
        return answer(arrived, with: reply)
    }

    /// Answers a command that came after its deadline, or was meant for another start.
    func refuseLate(_ arrived: ArrivedCommand) -> [UInt8] {
        let refusal = ApiCommandRequestResponse.unavailable(arrived.request.deadline?.refusal)
        var reply = ApiCommandReply(refusal, to: arrived.request, in: options.dialect)
        reply.errorKind = .systemError
        reply.errorCode = ApiCommandReply.tooLateCode
        // Nobody expects that the command runs: the client asks for the time.
        if arrived.request.deadline?.isQuestion == true { return bytes(of: reply, to: arrived.request) }
        tally.add(.tooLate)
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
            if let result { publishAgain(result) }
            return reply
        case .forgotten:
            tally.add(.answeredAgain)
            let forgotten = "The command was carried out; its answer is not kept any more (rule: run once)"
            return refuse(arrived, with: .unavailable(forgotten))
        case .crowded:
            tally.add(.refusedForLoad)
            let crowded = "The command runs; too many wait for its answer (rule: run once)"
            return refuse(arrived, with: .unavailable(crowded))
        case .conflict:
            tally.add(.nonceReused)
            let nonce = arrived.request.nonce
            let conflict = "The nonce \(nonce) stands for another command (rule: one nonce, one command)"
            return refuse(arrived, with: .failed(conflict))
        }
    }
}
