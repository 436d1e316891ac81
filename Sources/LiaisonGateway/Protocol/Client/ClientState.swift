import AcquisitionModel
import GatewayCore

/// Who waits for which reply. Knows nothing of connections.
struct ClientState: Sendable {
    typealias Waiting = CheckedContinuation<Result<LiaisonReply, GatewayError>, Never>

    /// Where messages go; nil while there is no connection.
    private(set) var outbox: ConnectionOutbox?
    private var lastID: UInt64 = 0
    private var sent: [UInt64: Waiting] = [:]
    /// Those that wait for a connection, in their order.
    private var unsent: [(id: UInt64, text: String, waiting: Waiting)] = []
    /// Why there is no connection.
    var reason = "no connection yet"

    /// A number that no other request has.
    mutating func nextID() -> UInt64 {
        lastID += 1
        return lastID
    }

    /// How many requests wait.
    var count: Int { sent.count + unsent.count }

    mutating func add(_ id: UInt64, _ text: String, _ waiting: Waiting) {
        if let outbox, outbox.put(.push(text)) {
            sent[id] = waiting
        } else {
            unsent.append((id, text, waiting))
        }
    }

    mutating func connected(_ outbox: ConnectionOutbox) {
        self.outbox = outbox
        for request in unsent {
            outbox.put(.push(request.text))
            sent[request.id] = request.waiting
        }
        unsent = []
    }

    /// The requests that were sent, and will have no reply any more.
    mutating func disconnected() -> [Waiting] {
        outbox = nil
        defer { sent = [:] }
        return Array(sent.values)
    }

    /// Who waited for a reply, by the id within its `evt` (`protocol/liaison.md`, L9).
    mutating func take(_ reply: LiaisonReply) -> Waiting? {
        guard let id = reply.event.object?.value(ofExactly: "id")?.int.flatMap(UInt64.init(exactly:)) else {
            return nil
        }
        return sent.removeValue(forKey: id)
    }

    /// Takes back a request for which nobody waits any more; whether it was sent.
    mutating func forget(_ id: UInt64) -> (waiting: Waiting, wasSent: Bool)? {
        if let waiting = sent.removeValue(forKey: id) { return (waiting, true) }
        guard let place = unsent.firstIndex(where: { $0.id == id }) else { return nil }
        return (unsent.remove(at: place).waiting, false)
    }
}
