import AcquisitionModel
import Synchronization

/// One call of a registered function, seen from within it: `LiaisonCall.current`.
public final class LiaisonCall: Sendable {
    /// The call that the present task is part of; nil outside of calls.
    @TaskLocal public static var current: LiaisonCall?

    /// Who called.
    public let peer: LiaisonPeer?
    let peers: LiaisonPeers?
    private let pass: @Sendable () -> Void
    private let later = Mutex<[@Sendable () -> Void]>([])

    init(peer: LiaisonPeer? = nil, among peers: LiaisonPeers? = nil, pass: @escaping @Sendable () -> Void = {}) {
        self.peer = peer
        self.peers = peers
        self.pass = pass
    }

    /// Lets the following requests of the same client go on, before this call has its result.
    ///
    /// Requests of one client are carried out one after another: what it asks for first happens first. A function that has
    /// begun what it was asked for, and only waits for the end, calls this; its reply comes when it returns, after replies
    /// to later requests, and the client knows it by the id in `evt`.
    public func letOthersPass() { pass() }

    /// Does something when the reply is on its way.
    public func afterReply(_ body: @escaping @Sendable () -> Void) { later.withLock { $0.append(body) } }

    func didReply() {
        let bodies = later.withLock { bodies in
            defer { bodies = [] }
            return bodies
        }
        for body in bodies { body() }
    }
}
