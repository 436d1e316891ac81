import GatewayCore

/// What the communicator has for one peer: the conversation, and where its bytes go out.
struct Lane: Sendable {
    typealias Instant = PeerConversation.Instant

    var conversation: PeerConversation
    /// Sends bytes; false where the peer reads too slowly, or is gone.
    let write: @Sendable ([UInt8]) -> Bool
    /// Ends the connection, where there is one.
    let end: @Sendable () -> Void
    /// When somebody looks at the time for this peer next.
    var wakeUp: Instant?
    var lastUse: Instant

    init(
        _ conversation: PeerConversation,
        write: @escaping @Sendable ([UInt8]) -> Bool,
        end: @escaping @Sendable () -> Void = {}
    ) {
        self.conversation = conversation
        self.write = write
        self.end = end
        lastUse = .now
    }

    /// Makes a change and sends what follows from it; the rest of what is to be done.
    mutating func change(
        _ now: Instant,
        _ change: (inout PeerConversation) -> [PeerConversation.Action]
    ) -> [PeerConversation.Action] {
        lastUse = now
        return change(&conversation).filter { action in
            switch action {
            case .write(let bytes):
                if !write(bytes) { end() }
                return false
            case .close:
                end()
                return true
            default: return true
            }
        }
    }

    /// When to look at the time, where nobody will do so by then.
    mutating func newWakeUp() -> Instant? {
        guard let deadline = conversation.nextDeadline, wakeUp.map({ deadline < $0 }) ?? true else { return nil }
        wakeUp = deadline
        return deadline
    }
}
