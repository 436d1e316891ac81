import AcquisitionModel

/// What of a request comes back in its reply and in its result, by which these are known to be its own.
struct RequestIdentity: Sendable, Hashable {
    let command: ApiCommand
    let commandValue: JSONValue
    let nonce: JSONValue

    init(_ request: ApiCommandRequest) {
        command = request.command
        commandValue = request.commandValue
        nonce = request.nonce
    }
}

/// What a service may do to the nonce of a request before it comes back (`protocol/autotrainer.md`, section 10). Nonces of
/// 1 or more, as ``RpcClient`` makes them, are safe with all of them.
enum NonceFidelity: Sendable, Hashable {
    /// It comes back as it was sent: services that name their implementation.
    case exact
    /// Texts lose their blanks and capitals on the way in: the Python package (Q8).
    case damagesTexts
    /// Replies lose minus signs too, in numbers and exponents, and texts their `_` and `-`: releases of it up to 0.9.13 (Q2,
    /// Q3), and services of which no heartbeat has come.
    case losesSigns

    init(_ heartbeat: HeartbeatMessage?) {
        guard let heartbeat else {
            self = .losesSigns
            return
        }
        if heartbeat.implementation != nil {
            self = .exact
            return
        }
        let parts = heartbeat.version.split(separator: ".").map { Int($0) ?? 0 }
        let isOld = parts.count >= 3 && parts[0] == 0 && (parts[1] < 9 || parts[1] == 9 && parts[2] <= 13)
        self = isOld ? .losesSigns : .damagesTexts
    }
}

extension RequestIdentity {
    /// Whether `reply` answers this request.
    func isAnswered(by reply: ApiCommandReply, _ fidelity: NonceFidelity) -> Bool {
        let isNonceEqual = hasNonce(reply.nonce, fidelity)
        // "Not understood": nonce, command and result are 0, and the nonce where the service could read it. From 0.9.18 on
        // this is also the answer to NONE (Q16).
        if reply.command == .none, reply.result == .unrecognized { return isNonceEqual || reply.nonce == 0 }
        // The last resort of a service that cannot write the nonce that it read.
        let isNonceLost = reply.nonce == 0 && reply.errorKind == .systemError
        return (isNonceEqual && isCommandAbsent(reply.command))
            || (isNonceEqual || isNonceLost) && hasCommand(reply.command)
    }

    /// Whether `response` is the result of this request. Applications may publish any dictionary as a result.
    func isEnded(by response: ApiCommandRequestResponse, _ fidelity: NonceFidelity) -> Bool {
        guard hasNonce(response.nonce, fidelity) else { return false }
        return hasCommand(response.command) || isCommandAbsent(response.command)
    }

    /// What does not say its command reads as 0. That counts where the nonce is one that a request has, and not one that
    /// stands for none.
    private func isCommandAbsent(_ other: ApiCommand) -> Bool { other == .none && NonceKey(nonce).identifiesCommands }

    /// A number that the service does not know comes back as 99999, a lab's as itself or as that, and `400.0` as 400.
    private func hasCommand(_ other: ApiCommand) -> Bool {
        other == command || other == .userDefined || commandValue.int == other.rawValue
    }

    private func hasNonce(_ other: JSONValue, _ fidelity: NonceFidelity) -> Bool {
        if nonce == other { return true }
        switch (nonce, other) {
        case (.number(let number), .null): return !number.isFinite  // written as null
        case (.integer, .number), (.number, .integer), (.number, .number):
            if nonce.double == other.double { return true }
        case (.integer, .integer), (.bigNumber, .bigNumber): break
        case (.bigNumber, .number), (.bigNumber, .integer):
            if nonce.double == other.double { return true }
        case (.string, _), (.array, _), (.object, _):
            return fidelity != .exact && Self.damaged(nonce) == Self.damaged(other)
        default: return false
        }
        guard fidelity == .losesSigns, let returned = other.double else { return false }
        return Double(nonce.description.filter { $0 != "-" }) == returned
    }

    /// What is left of a text in every release: its letters and digits, without case.
    private static func damaged(_ value: JSONValue) -> String {
        value.description.filter { !$0.isWhitespace && $0 != "_" && $0 != "-" }.lowercased()
    }
}
