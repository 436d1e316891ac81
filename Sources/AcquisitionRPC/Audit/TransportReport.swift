/// What a transport tells the service about itself.
public enum TransportReport: Sendable, Hashable {
    /// A peer was not let in.
    case refused(RefusedHandshake)
    /// A part of the transport does not do all that it should.
    case degraded(part: String, reason: String)
    /// That part does it again.
    case recovered(part: String)
    /// A connection was ended that took more than its share.
    case cut(CutConnection)
}

/// A connection that a transport ended, since it took more than its share of the service.
public struct CutConnection: Sendable, Hashable {
    /// The peer's IP address, or `unix:uid=1000,pid=4711` for one on a Unix socket; nil where it is not known.
    public var address: String?
    /// Why.
    public var reason: Reason

    /// Why a connection was ended.
    public enum Reason: String, Sendable, Hashable {
        /// It sent a message without an end.
        case unfinishedMessage = "It sent a message without an end"
        /// Its subscriptions, or those of all, cost too much memory.
        case subscriptions = "Its subscriptions took too much memory"
        /// It did not read what was sent to it.
        case unread = "It did not read what was sent to it"
    }

    /// A connection that was ended.
    public init(address: String? = nil, reason: Reason) {
        self.address = address
        self.reason = reason
    }
}
