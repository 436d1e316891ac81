/// The receiver of a message sends the same bytes back at once, and with that the sender knows that they arrived.
public enum EchoRule {
    /// An echo that is cut off at this length counts where it equals the beginning of what was sent
    /// (`protocol/iblutil.md`, I9).
    public static let cutOffLength = 65_535

    /// Whether what arrived is to be sent back: text whose second character is not `0` (`protocol/iblutil.md`, I7). That
    /// leaves out reports of errors, `[0, …`, but not those that begin with a blank. What has fewer than two characters,
    /// or is not UTF-8, the original does not echo either (I10).
    public static func isOwed(for bytes: [UInt8]) -> Bool {
        guard let text = String(validating: bytes, as: UTF8.self) else { return false }
        return text.unicodeScalars.dropFirst().first.map { $0 != "0" } ?? false
    }

    /// What the beginning of the bytes that arrived is, seen from a message that waits for its echo.
    public enum Comparison: Sendable, Hashable {
        /// Something else.
        case different
        /// Equal so far, but shorter.
        case beginning
        /// The echo. More may follow.
        case echo
    }

    /// Compares what arrived with what was sent.
    public static func compare(_ received: some Collection<UInt8>, with sent: [UInt8]) -> Comparison {
        if received.count >= sent.count { return received.starts(with: sent) ? .echo : .different }
        return sent.starts(with: received) ? .beginning : .different
    }
}
