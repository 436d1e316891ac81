public import AcquisitionModel
import GatewayCore

/// A client that is connected, or was.
public struct LiaisonPeer: Sendable, Identifiable {
    /// The number of its connection; counted up, and never used twice by a server.
    public let id: UInt64
    /// Where it is, for logs.
    public let address: String
    private let outbox: ConnectionOutbox

    init(id: UInt64, address: String, outbox: ConnectionOutbox) {
        self.id = id
        self.address = address
        self.outbox = outbox
    }

    /// Whether it is still there.
    public var isConnected: Bool { outbox.state == .open }

    /// Sends it a message that is no reply (`protocol/liaison.md`, L20): a text as it is, anything else as JSON. False where
    /// it is gone, or reads so slowly that it is disconnected now.
    @discardableResult
    public func push(_ message: JSONValue) -> Bool {
        outbox.put(.push(message.string ?? message.pythonText))
    }
}
