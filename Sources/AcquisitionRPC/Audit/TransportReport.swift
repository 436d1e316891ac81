/// What a transport tells the service about itself.
public enum TransportReport: Sendable, Hashable {
    /// A peer was not let in.
    case refused(RefusedHandshake)
    /// A part of the transport does not do all that it should.
    case degraded(part: String, reason: String)
    /// That part does it again.
    case recovered(part: String)
    /// A connection was ended that took more than its share, or was refused since there was no place for it.
    case cut(CutConnection)
}

/// A connection that a transport ended, since it took more than its share of the service or there was no place for it.
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
        /// It was refused: there are as many connections as ``LoadLimits/connections`` allows.
        case connections = "There are as many connections as there may be"
        /// It was refused: its address has as many connections as ``LoadLimits/connectionsPerAddress`` allows.
        case addressShare = "Its address has as many connections as one may have"
        /// It was refused: the process has no more descriptors than are kept back (``LoadLimits/reservedDescriptors``).
        case descriptors = "The process has no descriptor to spare; raise its limit of open files (ulimit -n)"

        /// Whether the connection was refused at once, whatever its peer was about to do.
        public var isRefusal: Bool { self == .connections || self == .addressShare || self == .descriptors }
    }

    /// A connection that was ended.
    public init(address: String? = nil, reason: Reason) {
        self.address = address
        self.reason = reason
    }
}
