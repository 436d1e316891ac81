/// Whether a connection sends a message without an end: how many bytes were taken from it that can belong only to a message
/// that has not come to its end.
///
/// Pings are no message and are told from one by their answers: libzmq sends a PONG for each PING, which is two bytes
/// shorter and is acknowledged by the peer. A PONG in answer to a PING of the service is shorter than that one. Where the
/// service itself sends on the connection, an acknowledgement may belong to either, and the bytes are *doubtful*: they
/// are held against the connection only where the memory of the process has grown meanwhile as it would under an attack.
///
/// ```
/// calm ─── limit passed ──> suspect ─── no message is waiting to be read ──> to be cut
///   └──── messages are read <──┘
/// ```
struct ConnectionWatch: Sendable, Hashable {
    /// What is known at one look.
    struct Look: Sendable, Hashable {
        /// What the system has counted.
        var traffic: Connection.Traffic
        /// A count that grows whenever the service may have sent something on the connection of its own accord; one that
        /// never grows where it sends only answers, each to a message that was delivered.
        var sent: UInt64
        /// How many bytes the messages of this connection had, on the wire, that were read since the last look; nil where
        /// none was.
        var delivered: UInt64?
        /// How often the socket was found without a message up to now; nil where messages never wait.
        var emptied: UInt64?
        /// The memory of the process in bytes, where that is known.
        var memory: Int?
    }

    /// Beyond how many doubtful bytes the memory is looked at.
    static let muchDoubt: UInt64 = 512 << 10
    /// By how much the memory has to grow meanwhile for these to be held against the connection. An unfinished message takes
    /// more memory than it has bytes, so that this is reached before doubt begins anew.
    static let muchMemory = 16 << 20
    private static let mostDoubt: UInt64 = 24 << 20

    private var last = Connection.Traffic(taken: 0, acknowledged: 0)
    private var lastSent: UInt64
    private var doubtful: UInt64 = 0
    private var memoryBefore: Int?
    private var lastEmptied: UInt64 = 0
    private var emptiedAtSuspicion: UInt64?

    /// How many bytes there are of a message that is not finished or was not read yet.
    private(set) var unfinished: UInt64 = 0
    /// Whether the connection has to be looked at soon again, even if nothing more arrives.
    private(set) var isSuspect = false

    /// Whether the next look needs to know the memory of the process.
    var needsMemory: Bool { doubtful > 0 }

    /// The watch of a connection that was just made.
    ///
    /// - Parameter sent: as in ``Look/sent``.
    init(sent: UInt64 = 0) { lastSent = sent }

    /// Looks at the connection.
    ///
    /// - Parameters:
    ///   - limit: how many bytes a message may have, at the most.
    ///   - waiting: how many bytes messages may have that wait to be read, at the most.
    /// - Returns: whether the connection is to be cut.
    mutating func look(_ look: Look, limit: UInt64, waiting: UInt64 = .max) -> Bool {
        defer { (last, lastSent, lastEmptied) = (look.traffic, look.sent, look.emptied ?? 0) }
        count(look)
        if let delivered = look.delivered {
            // Where more messages wait, what is unfinished may have come behind them, so that only those that were read
            // are taken off.
            let noneWaits = look.emptied.map { $0 > lastEmptied &+ 1 } ?? true
            unfinished = noneWaits ? 0 : unfinished &- min(unfinished, delivered)
            (doubtful, memoryBefore) = (0, nil)
        }
        if isRemembered(look.memory) { return true }
        guard unfinished > limit else { return calm() }
        isSuspect = true
        guard let emptied = look.emptied, unfinished &- limit <= waiting else { return true }
        if look.delivered != nil { emptiedAtSuspicion = nil }
        guard let before = emptiedAtSuspicion else {
            emptiedAtSuspicion = emptied
            return false
        }
        // Found empty once may have been before the last message came.
        return emptied > before &+ 1
    }

    private mutating func calm() -> Bool {
        isSuspect = false
        emptiedAtSuspicion = nil
        return false
    }

    private mutating func count(_ look: Look) {
        unfinished &+= look.traffic.taken &- min(look.traffic.taken, last.taken)
        let pings = min(unfinished, Self.pings(look.traffic.acknowledged) &- Self.pings(last.acknowledged))
        unfinished &-= pings
        if look.sent != lastSent { doubtful &+= pings }
    }

    /// How many bytes the PINGs have to which so many bytes of PONGs are the answer, at the most: 9 where the PONG has 7. A sum,
    /// of which differences are taken, so that nothing is lost by rounding.
    private static func pings(_ pongs: UInt64) -> UInt64 { pongs &+ pongs / 7 &* 2 }

    /// Whether the memory has grown with the doubtful bytes.
    private mutating func isRemembered(_ memory: Int?) -> Bool {
        guard doubtful > 0, let memory else { return false }
        guard let before = memoryBefore else {
            memoryBefore = memory
            return false
        }
        if doubtful >= Self.muchDoubt, memory &- before >= Self.muchMemory { return true }
        if doubtful >= Self.mostDoubt { (doubtful, memoryBefore) = (0, nil) }
        return false
    }
}
