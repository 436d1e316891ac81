import CZeroMQ

/// What a socket does with messages.
///
/// PULL, PUSH and STREAM are left out: nothing here speaks them.
public enum SocketKind: Sendable, Hashable, CaseIterable {
    /// Sends to every subscriber; drops what one cannot take.
    case pub
    /// Receives what it subscribed to.
    case sub
    /// As ``pub``, and receives the subscriptions as messages.
    case xpub
    /// As ``sub``, and sends the subscriptions as messages.
    case xsub
    /// Talks to many peers; the first frame names the peer.
    case router
    /// Talks to its peers in turn, without waiting for answers.
    case dealer
    /// Asks, then waits for the answer.
    case req
    /// Waits for a question, then answers.
    case rep
    /// Talks to exactly one peer.
    case pair

    var number: Int32 {
        switch self {
        case .pub: ZMQ_PUB
        case .sub: ZMQ_SUB
        case .xpub: ZMQ_XPUB
        case .xsub: ZMQ_XSUB
        case .router: ZMQ_ROUTER
        case .dealer: ZMQ_DEALER
        case .req: ZMQ_REQ
        case .rep: ZMQ_REP
        case .pair: ZMQ_PAIR
        }
    }
}
