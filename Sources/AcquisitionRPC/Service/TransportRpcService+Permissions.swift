public import AcquisitionModel
import Logging

extension TransportRpcService {
    /// The reply to a request that its sender may not make; nil where it may. Nobody in between is asked: the role is
    /// the one of this moment.
    func refusal(of request: ApiCommandRequest, from sender: CommandSender?) -> ApiCommandReply? {
        guard let sender, sender.role?.mayGive(request.command) != true else { return nil }
        if sender.isUnverified, request.command == .emergencyStop { return nil }
        tally.add(.notAllowed)
        log.warning(
            "A command was refused",
            [
                "command": "\(request.command)", "user": "\(sender.user ?? "-")",
                "role": "\(sender.role?.rawValue ?? "-")",
                "address": "\(sender.address ?? "-")",
            ]
        )
        return ApiCommandReply.notAllowed(request, from: sender, in: options.dialect)
    }
}

extension TransportRpcService {
    /// The transport has something to say of itself.
    func heard(_ report: TransportReport) {
        audit?.heard(report)
        switch report {
        case .refused(let handshake): note(handshake)
        case .cut(let connection): tally.add(connection.reason.isRefusal ? .refusedConnections : .cutConnections)
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
        log.warning("Somebody was not let in", metadata, subject: refusal.reason)
    }
}

extension ApiCommandReply {
    /// The error code of a command that its sender may not give, together with
    /// `ApiCommandRequestErrorKind.systemError`: an application's own codes come as a `commandError`.
    public static let notAllowedCode = 403

    /// Whether the service refused the command since its sender may not give it.
    public var isNotAllowed: Bool { errorKind == .systemError && errorCode == Self.notAllowedCode }

    /// The error code of a command that came too late, together with `ApiCommandRequestErrorKind.systemError`.
    public static let tooLateCode = 408

    /// Whether the service did not run the command since it came after its deadline, or was meant for an earlier start of
    /// the service.
    public var isTooLate: Bool { errorKind == .systemError && errorCode == Self.tooLateCode }

    static func notAllowed(
        _ request: ApiCommandRequest,
        from sender: CommandSender,
        in dialect: Dialect
    ) -> ApiCommandReply {
        let reason =
            switch sender.role {
            case .observer: "an observer may not give this command; ask for the role of operator"
            case nil where sender.isUnverified:
                "the service cannot look up your key at present, and takes only an emergency stop of you"
            case .operator, nil: "your key is not authorised any more"
            }
        return ApiCommandReply(
            nonce: request.nonce,
            command: request.answeredCommand(in: dialect),
            result: .failed,
            errorKind: .systemError,
            errorCode: notAllowedCode,
            errorMessage: "Not allowed: \(reason)"
        )
    }
}
