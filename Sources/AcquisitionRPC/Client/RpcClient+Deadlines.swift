import AcquisitionModel
import Synchronization

/// Commands that come too late, and what is certain of those that find no answer.
extension RpcClient {
    /// Nobody waits for the reply to `id` any more: its time, `limit`, is over, or the task was cancelled.
    func giveUp(_ id: UInt64, after limit: Duration) {
        let (waiting, error) = state.withLock { state -> (PendingRequests.Waiting?, RpcClientError?) in
            guard let waiting = state.pending.take(id) else { return (nil, nil) }
            let refusal = waiting.connection == nil ? state.refusal : nil
            return (waiting, refusal ?? waiting.noReply(within: limit, state.clock))
        }
        guard let waiting, let error else { return transport.forget(id: id) }
        if waiting.connection != nil, ContinuousClock.now >= waiting.end {
            // Before the caller goes on: what he sends next takes another connection.
            let isHarmless = waiting.isHarmless || error.fate != .mayStillRun
            transport.giveUp(id: waiting.number, isHarmless: isHarmless)
        } else {
            transport.forget(id: waiting.number)
        }
        waiting.continuation.resume(returning: .failure(error))
    }

    /// What becomes of a request that the service has not run since its time was over there.
    enum Renewal {
        /// It is sent anew, under this number, with a time by the service's clock, which the reply told.
        case sendAnew([UInt8], number: UInt64)
        /// Another copy of it may have run, whose answer may still come.
        case wait
        case fail(RpcClientError)
    }

    /// Decides about a request that the service has not run: its time was over there, or it did not say until when it may
    /// begin.
    func renew(
        _ id: UInt64,
        _ waiting: PendingRequests.Waiting,
        refused reply: ApiCommandReply,
        _ state: inout State
    ) -> Renewal {
        if waiting.repeatable?.wasRepeated == true {
            state.pending.renew(id, waiting)
            return .wait
        }
        var request = waiting.request
        request.deadline = state.clock.deadline(waiting.end, now: .now)
        guard waiting.renewals < Self.maximumRenewals, let deadline = request.deadline, !deadline.isQuestion,
            deadline.epoch == reply.epoch, deadline.uptime > reply.uptime ?? .max,
            let bytes = try? request.encoded(limits: options.limits)
        else {
            let sentence = RpcClientError.Fate.notRun.sentence()
            return .fail(RpcClientError(.tooLate, "The service had the command too late. \(sentence)"))
        }
        var anew = PendingRequests.Waiting(
            continuation: waiting.continuation,
            request: request,
            end: waiting.end,
            bytes: bytes,
            number: state.nextID(),
            renewals: waiting.renewals + 1
        )
        state.goesOut(&anew, isGivenAgain: waiting.repeatable != nil)
        state.pending.renew(id, anew)
        return .sendAnew(bytes, number: anew.number)
    }

    /// Sends a request anew, unless it was given up meanwhile.
    func sendAnew(_ bytes: [UInt8], number: UInt64) {
        transport.send(bytes, id: number)
        if !state.withLock({ $0.pending.isWaiting(sentAs: number) }) { transport.forget(id: number) }
    }

    /// How often a request is sent anew: once where the service's time was not known, once more after a restart.
    private static let maximumRenewals = 8
}

extension RpcClient.State {
    /// Until when a command says that it may begin, whose client waits until `end`.
    ///
    /// Commands begin in the order in which they are given: while one asks for the service's time, and will be sent anew, what
    /// comes after it asks too. An emergency stop waits for nothing.
    func deadline(
        of command: ApiCommand,
        _ end: ContinuousClock.Instant,
        now: ContinuousClock.Instant
    ) -> RequestDeadline? {
        guard !command.mayComeLate || command.changesNothing && pending.hasQuestions else { return nil }
        guard let deadline = clock.deadline(end, now: now) else { return nil }
        return pending.hasQuestions ? .question : deadline
    }

    /// The request goes out on the connection that stands; where none does, with the next one.
    mutating func goesOut(_ waiting: inout PendingRequests.Waiting, isGivenAgain: Bool) {
        waiting.connection = connection.isUp ? connection.number : nil
        guard isGivenAgain, waiting.request.mayBeGivenAgain else { return }
        let sent = waiting.connection.map {
            Repetition(waiting, firstSent: .now, connection: $0, epoch: epochs.present)
        }
        waiting.repeatable = RepeatableRequest(waiting.bytes, sent: sent)
    }

    /// A start of the service says how old it is; nil where it does not, which counts in what always `isSaid`.
    mutating func heardTime(_ uptime: Int?, of epoch: Int?, isSaid: Bool) {
        if let uptime, let epoch {
            if epoch == epochs.present { clock.heard(uptime, epoch: epoch, now: .now) }
        } else if isSaid {
            clock.heardNone()
        }
    }
}

extension PendingRequests.Waiting {
    /// What is certain of the request if nobody waits for it any more: it has not gone out, or it says until when it may begin
    /// and the service keeps that.
    func fate(_ clock: ServiceClock) -> RpcClientError.Fate {
        guard connection != nil else { return .notRun }
        guard let deadline, clock.isKnown else { return .mayStillRun }
        return deadline.isQuestion ? .notRun : .mayHaveRun
    }

    /// The error of a request whose time is over. Only one that cannot have reached a service found no peer.
    fileprivate func noReply(within limit: Duration, _ clock: ServiceClock) -> RpcClientError {
        guard connection != nil else {
            return RpcClientError(.noPeer, "There is no service to answer: no connection within \(limit)")
        }
        let fate = fate(clock)
        let sentence = fate.sentence(repeatable?.hindrance)
        return RpcClientError(.noAnswer, "The service did not answer within \(limit). \(sentence)", fate: fate)
    }

    /// The error of a request that nobody waits for when the client closes.
    func closed(_ clock: ServiceClock) -> RpcClientError {
        // What has gone out may begin until its time is over, which is not yet.
        let fate: RpcClientError.Fate = fate(clock) == .notRun ? .notRun : .mayStillRun
        return RpcClientError(.closed, RpcClient.closed.message, fate: fate)
    }
}

extension RpcClientError.Fate {
    /// The fate in words, and why the command was not given again where it should have been.
    func sentence(_ hindrance: Repetition.Hindrance? = nil) -> String {
        let again = hindrance.map { "; it is not given again: \($0.rawValue)" } ?? ""
        return switch self {
        case .notRun: "The command was not run, and will not be\(again)"
        case .mayHaveRun: "The command may have run; if it has not begun, it will not begin any more\(again)"
        case .mayStillRun: "The command may have run, or may still run\(again)"
        }
    }
}
