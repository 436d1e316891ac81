public import AcquisitionModel
import Logging

extension TransportRpcService {
    /// The reply to a request that its sender may not make; nil where it may. Nobody in between is asked: the role is
    /// the one of this moment.
    func refusal(of request: ApiCommandRequest, from sender: CommandSender?) -> ApiCommandReply? {
        guard let sender, sender.role?.mayGive(request.command) != true else { return nil }
        tally.add(.notAllowed)
        log.warning(
            "A command was refused",
            [
                "command": "\(request.command)", "user": "\(sender.user ?? "-")",
                "role": "\(sender.role?.rawValue ?? "-")",
                "address": "\(sender.address ?? "-")",
            ]
        )
        return ApiCommandReply.notAllowed(request, role: sender.role)
    }
}

extension TransportRpcService {
    /// The transport has something to say of itself.
    func heard(_ report: TransportReport) {
        audit?.heard(report)
        switch report {
        case .refused(let handshake): note(handshake)
        case .cut: tally.add(.cutConnections)
        case .degraded, .recovered: break
        }
    }

    /// Somebody was not let in.
    private func note(_ refusal: RefusedHandshake) {
        tally.add(.refusedHandshakes)
        var metadata: Logger.Metadata {
            var metadata: Logger.Metadata = ["reason": "\(refusal.reason)", "address": "\(refusal.address ?? "-")"]
            if let key = refusal.key { metadata["key"] = "\(key)" }
            return metadata
        }
        log.warning("Somebody was not let in", metadata)
    }
}

extension ApiCommandReply {
    /// The error code of a command that its sender may not give, together with
    /// `ApiCommandRequestErrorKind.systemError`: an application's own codes come as a `commandError`.
    public static let notAllowedCode = 403

    /// Whether the service refused the command since its sender may not give it.
    public var isNotAllowed: Bool { errorKind == .systemError && errorCode == Self.notAllowedCode }

    static func notAllowed(_ request: ApiCommandRequest, role: PeerRole?) -> ApiCommandReply {
        let reason =
            switch role {
            case .observer: "an observer may not give this command; ask for the role of operator"
            case .operator, nil: "your key is not authorised any more"
            }
        return ApiCommandReply(
            nonce: request.nonce,
            command: request.command,
            result: .failed,
            errorKind: .systemError,
            errorCode: notAllowedCode,
            errorMessage: "Not allowed: \(reason)"
        )
    }
}
