/// A message that arrived, and who sent it.
public struct RigEvent: Sendable, Hashable {
    /// The sender: the address to answer to.
    public let peer: RigURI
    /// What it says.
    public let message: RigMessage

    /// An event.
    public init(peer: RigURI, message: RigMessage) {
        self.peer = peer
        self.message = message
    }
}
