/// Whether more is kept for a peer than it may leave unread, in bytes. libzmq itself counts messages of whatever size.
///
/// Nobody tells how much libzmq keeps for one peer. But what the system keeps is known: where that is next to nothing, libzmq
/// keeps nothing either. From then on the peer cannot lack more than was sent since, to anybody, without what it has
/// acknowledged.
struct BacklogWatch: Sendable, Hashable {
    /// So many unacknowledged bytes are on their way to any peer; libzmq keeps nothing back before there are many more.
    static let few = 8_192

    private var sentBefore: UInt64
    private var acknowledgedBefore: UInt64?

    /// The watch of a connection that was just made.
    ///
    /// - Parameter sent: how many bytes were sent up to now on all connections.
    init(sent: UInt64) { sentBefore = sent }

    /// Looks at the connection.
    ///
    /// - Parameters:
    ///   - sent: how many bytes were sent up to now on all connections.
    ///   - unacknowledged: how many the system keeps for this one.
    ///   - acknowledged: how many its peer has acknowledged up to now; asked where there are many of the former.
    ///   - limit: how many bytes may be kept.
    /// - Returns: whether the connection is to be cut.
    mutating func look(
        sent: UInt64,
        unacknowledged: Int,
        acknowledged: () -> UInt64?,
        limit: UInt64
    ) -> Bool {
        guard unacknowledged > Self.few else {
            (sentBefore, acknowledgedBefore) = (sent, nil)
            return false
        }
        guard let acknowledged = acknowledged() else { return false }
        let before = acknowledgedBefore ?? acknowledged
        acknowledgedBefore = before
        let lacking = sent &- sentBefore
        let read = acknowledged &- before
        return lacking > read && lacking - read > limit
    }
}
