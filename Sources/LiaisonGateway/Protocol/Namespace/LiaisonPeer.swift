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

    /// Sends it a message that is no reply (`protocol/liaison.md`, L20): a text as it is, anything else as JSON, in which NaN
    /// and the infinities are null. An object gets a `tag` (`push`) and an `evt` where it has none, since listeners look for
    /// them; what is neither text nor an object stands under `message`. False where the client is gone, or reads so slowly
    /// that it is disconnected now.
    @discardableResult
    public func push(_ message: JSONValue) -> Bool { put(LiaisonPush.text(message)) }

    /// Sends it a message under this tag.
    func push(_ message: JSONValue, tag: String) -> Bool { put(LiaisonPush.text(message, tag: tag)) }

    /// Sends it a message as another client gave it, with nothing added.
    @discardableResult
    func pass(_ message: JSONValue) -> Bool { put(message.string ?? message.strictPythonText) }

    private func put(_ text: String) -> Bool { outbox.put(.push(text)) }
}
