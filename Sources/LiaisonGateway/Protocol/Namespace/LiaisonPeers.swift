import Synchronization

/// The clients that are connected, in the order in which they came.
final class LiaisonPeers: Sendable {
    private let state = Mutex<(last: UInt64, peers: [UInt64: LiaisonPeer])>((0, [:]))

    /// Takes a client in, until ``remove(_:)``.
    func add(at address: String, outbox: ConnectionOutbox) -> LiaisonPeer {
        state.withLock { state in
            state.last += 1
            let peer = LiaisonPeer(id: state.last, address: address, outbox: outbox)
            state.peers[peer.id] = peer
            return peer
        }
    }

    func remove(_ peer: LiaisonPeer) {
        state.withLock { _ = $0.peers.removeValue(forKey: peer.id) }
    }

    /// The one that connected last.
    var newest: LiaisonPeer? { state.withLock { state in state.peers.keys.max().flatMap { state.peers[$0] } } }

    var all: [LiaisonPeer] { state.withLock { state in state.peers.values.sorted { $0.id < $1.id } } }
}
