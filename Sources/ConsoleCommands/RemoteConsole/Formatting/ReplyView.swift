import AcquisitionModel
import AcquisitionRPC

/// Replies as people and programs read them.
enum ReplyView {
    /// The seven keys on one line.
    static func json(_ reply: ApiCommandReply) -> String {
        String(decoding: reply.bytes(limits: WireLimits(size: .max, depth: .max)), as: UTF8.self)
    }

    /// The result by name, then the data.
    static func lines(
        _ reply: ApiCommandReply,
        named name: String,
        data: JSONValue,
        style: TextStyle
    ) -> [String] {
        let result = "\(reply.result)"
        let isGood = reply.result == .success && reply.errorKind == .none
        let first = "\(name): \(isGood ? style.good(result) : style.warning(result))"
        return data.isNull ? [first] : [first] + DataView.lines(data, style: style)
    }

    /// What people are told of a reply that is no success.
    static func failure(_ reply: ApiCommandReply, named name: String) -> CommandFailure {
        var parts = ["\(name): \(reply.result) (\(reply.result.rawValue))"]
        if reply.errorKind != .none { parts.append("errorKind \(reply.errorKind) (\(reply.errorKind.rawValue))") }
        if reply.errorCode != 0 { parts.append("errorCode \(reply.errorCode)") }
        if let message = reply.errorMessage, !message.isEmpty { parts.append(SafeText.of(message)) }
        return CommandFailure(
            reply.isNotAllowed ? .notAllowed : .failed,
            parts.joined(separator: "; "),
            hint: hint(reply)
        )
    }

    private static func hint(_ reply: ApiCommandReply) -> String? {
        switch reply.result {
        case .unrecognized where reply.errorMessage == nil: "The application does not know this command."
        case .unavailable where reply.errorMessage == nil: "The application cannot do this now."
        default: nil
        }
    }
}
