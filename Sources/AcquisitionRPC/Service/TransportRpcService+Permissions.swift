public import AcquisitionModel
import Logging
import Synchronization

extension TransportRpcService {
    /// The reply to a request that its sender may not make; nil where it may. Nobody in between is asked: the role is
    /// the one of this moment.
    func refusal(of request: ApiCommandRequest, from sender: CommandSender?) -> ApiCommandReply? {
        guard let sender, sender.role?.mayGive(request.command) != true else { return nil }
        tally.add(.notAllowed)
        logger.warning(
            "A command was refused",
            metadata: [
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
        if case .refused(let handshake) = report { note(handshake) }
    }

    /// Somebody was not let in. The log is told now and then, since a stranger may try as often as he likes.
    private func note(_ refusal: RefusedHandshake) {
        tally.add(.refusedHandshakes)
        let count = refusals.withLock { $0.note(at: .now) }
        var metadata: Logger.Metadata = ["reason": "\(refusal.reason)", "address": "\(refusal.address ?? "-")"]
        if let key = refusal.key { metadata["key"] = "\(key)" }
        guard let count else { return logger.debug("Somebody was not let in", metadata: metadata) }
        if count > 1 { metadata["count"] = "\(count)" }
        logger.warning("Somebody was not let in", metadata: metadata)
    }
}

/// Decides which refusals are worth a warning: one in ten seconds.
struct RefusalLog: Sendable, Hashable {
    private static let pause: Duration = .seconds(10)
    private var untold = 0
    private var toldAt: ContinuousClock.Instant?

    /// A refusal came; how many there were since the last warning where it is time for one.
    mutating func note(at now: ContinuousClock.Instant) -> Int? {
        untold += 1
        if let toldAt, now - toldAt < Self.pause { return nil }
        toldAt = now
        defer { untold = 0 }
        return untold
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
