/// Which start of the service is the present one, by the epochs that heartbeats and replies name.
///
/// The two come over two connections, so that one may be older than the other; and epochs are times of a clock that may
/// be set back. A message from a start that is over must not pass for a restart.
struct ServiceEpochs: Sendable, Hashable {
    /// The present start; nil where nothing was heard of one.
    private(set) var present: Int?
    /// How many connections for commands there had been when the present start was first heard of.
    private var firstHeardOn = 0
    /// Starts that are over, the last one last.
    private var over: [Int] = []
    private static let maximumOver = 16
    /// A start that was over and has sent the last heartbeat.
    private var returning: Int?

    /// What an epoch tells.
    enum News: Sendable, Hashable {
        case nothing
        /// The service was started anew.
        case restarted
        /// The message is from a start that is over.
        case late
    }

    /// A heartbeat names `epoch`; there have been so many connections for commands.
    ///
    /// Heartbeats arrive in the order in which they were sent but for a few around a restart. So one of a start that is
    /// over is late, and two in a row say that it is there again: another machine has taken over for a while.
    mutating func heard(heartbeat epoch: Int?, connections: Int) -> News {
        guard let epoch, epoch != present else {
            if epoch != nil { returning = nil }
            return .nothing
        }
        if over.contains(epoch), returning != epoch {
            returning = epoch
            return .late
        }
        return become(epoch, connections)
    }

    /// A reply names `epoch`; it came on the connection of this number, nil where it may have been an earlier one.
    mutating func heard(reply epoch: Int?, on connection: Int?) -> News {
        guard let epoch, epoch != present else { return .nothing }
        guard let present else { return become(epoch, connection ?? 0) }
        if over.contains(epoch) { return .late }
        // Whoever answers on a connection was there when it was made, and then the present start was known already.
        let isLater = connection.map { $0 > firstHeardOn } ?? false
        return isLater || epoch > present ? become(epoch, connection ?? firstHeardOn) : .late
    }

    private mutating func become(_ epoch: Int, _ connections: Int) -> News {
        let previous = present
        present = epoch
        firstHeardOn = connections
        returning = nil
        over.removeAll { $0 == epoch }
        guard let previous else { return .nothing }
        over = over.suffix(Self.maximumOver - 1) + [previous]
        return .restarted
    }
}
