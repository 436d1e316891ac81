import AcquisitionRPC
import ZeroMQ

/// The connections of a service's two sockets, and what is held against each.
struct ConnectionTable: Sendable {
    /// To which socket a connection belongs.
    enum Role: Sendable, Hashable, CaseIterable { case commands, events }

    /// What is known of everything at one look.
    struct Look {
        /// How often the socket of the requests was found empty.
        var emptied: UInt64
        /// How many events were published.
        var published: UInt64
        /// The memory of the process in bytes; asked where it matters.
        var memory: () -> Int?
        /// How many bytes of a connection were read as messages since the last look at it.
        var delivered: (Int32) -> UInt64?
    }

    private struct Entry {
        let role: Role
        let cookie: UInt64
        /// Whether it is a Unix socket, of which the system does not tell what has passed: what is counted as messages is
        /// held against it, and nothing else.
        let isLocal: Bool
        var watch: ConnectionWatch
        var backlog: BacklogWatch
        /// How often it was looked at, up to a few times.
        var looks = 0
        var isCut = false
    }

    private static let fewLooks = 3
    /// How often it is looked whether connections are still there, where one more is refused.
    private static let purgePause: Duration = .milliseconds(100)

    private let limits: GuardLimits
    private let now: @Sendable () -> ContinuousClock.Instant
    private var entries: [Int32: Entry] = [:]
    private var budget: ConnectionBudget
    /// The connections that were refused and are not closed yet.
    private var refused: Set<Int32> = []
    private var wall: DescriptorWall
    /// To what the sockets are bound that accept connections.
    private var names: Set<Connection.LocalName> = []
    private var purgedAt: ContinuousClock.Instant?
    private var unfinishedAtEvents: UInt64 = 0
    /// Whether a connection has come far since ``beginRound()``: what follows is to be seen soon.
    private(set) var isBusy = false
    /// The connections that have to be looked at again soon.
    private(set) var suspects: Set<Int32> = []

    /// - Parameter now: the time, for tests.
    init(_ limits: GuardLimits, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.limits = limits
        self.now = now
        wall = DescriptorWall(limits.connections.reserve)
        budget = ConnectionBudget(limits.connections, base: Int(DescriptorReserve.lowestFree ?? 0))
    }

    /// Begins a round of looks.
    mutating func beginRound() { isBusy = false }

    /// How many there are.
    var count: Int { entries.count }

    /// A socket listens whose connections are to be watched.
    mutating func listens(_ descriptor: Int32) {
        if let name = Connection(descriptor: descriptor).localName { names.insert(name) }
    }

    /// Whether a connection was refused, and is not closed yet.
    func isRefused(_ descriptor: Int32) -> Bool { refused.contains(descriptor) }

    /// Whether all that were refused are closed.
    var isClear: Bool { refused.isEmpty }

    /// Whether a descriptor takes a good part of the reserve.
    mutating func isDeepInReserve(_ descriptor: Int32) -> Bool {
        descriptor >= wall.first(at: now(), besides: isMine) + Int32(clamping: wall.numbers.count / 8)
    }

    /// Ends connections of which libzmq has not told yet, and that have a descriptor of the reserve or the spare one: where libzmq
    /// finds no descriptor, it tells that so often that all else comes late. They are refused when it does.
    mutating func cutInReserve(andAt spare: Int32?) {
        wall.forget()
        for descriptor in Array(wall.numbers) + [spare].compactMap(\.self) {
            let connection = Connection(descriptor: descriptor)
            guard let name = connection.localName, names.contains(name), !connection.isListening else { continue }
            // One that has a place stays. (What is known of a descriptor may be of the connection that had it before.)
            if let entry = entries[descriptor], entry.cookie == connection.cookie { continue }
            connection.cut()
        }
    }

    /// Whether one more connection would find a place.
    mutating func hasRoom() -> Bool {
        let first = wall.first(at: now(), besides: isMine)
        return budget.hasRoom(wall: first) && DescriptorReserve.lowestFree.map { $0 < first } ?? false
    }

    /// What became of a connection that was just accepted.
    enum Acceptance: Sendable, Hashable {
        case watched
        /// It has gone already, or the system does not tell which it is.
        case gone
        case refused(CutConnection)
    }

    /// Takes a connection that was just accepted, or refuses it.
    ///
    /// - Parameters:
    ///   - sent: how many events were published, and how many bytes of large messages were sent on its socket.
    ///   - isLast: whether it has the last descriptor that there was, which is needed to refuse others.
    mutating func accept(
        _ descriptor: Int32,
        _ role: Role,
        sent: (published: UInt64, large: UInt64),
        isLast: Bool = false
    ) -> Acceptance {
        forget(descriptor)
        let connection = Connection(descriptor: descriptor)
        // It may be closed already, and its descriptor be something else's, which is not ours to cut.
        guard let cookie = connection.cookie, let name = connection.localName, names.contains(name) else {
            return .gone
        }
        let address = connection.peerAddress
        if let reason = isLast ? .descriptors : refusal(of: descriptor, from: ConnectionBudget.Origin(address)) {
            connection.cut()
            refused.insert(descriptor)
            return .refused(CutConnection(address: address, reason: reason))
        }
        entries[descriptor] = Entry(
            role: role,
            cookie: cookie,
            isLocal: connection.isLocal,
            watch: ConnectionWatch(sent: role == .events ? sent.published : 0),
            backlog: BacklogWatch(sent: sent.large)
        )
        return .watched
    }

    private mutating func refusal(of descriptor: Int32, from origin: ConnectionBudget.Origin) -> CutConnection.Reason? {
        let now = now()
        var first = wall.first(at: now, besides: isMine)
        if descriptor >= first { first = wall.first(at: now, isToBeSure: true, besides: isMine) }
        guard let reason = budget.take(descriptor, from: origin, wall: first) else { return nil }
        guard reason != .descriptors, purgedAt.map({ now - $0 >= Self.purgePause }) ?? true else { return reason }
        // libzmq does not tell of every end.
        purgedAt = now
        let before = entries.count
        for (descriptor, entry) in entries where Connection(descriptor: descriptor).cookie != entry.cookie {
            forget(descriptor)
        }
        return entries.count < before ? budget.take(descriptor, from: origin, wall: first) : reason
    }

    private func isMine(_ descriptor: Int32) -> Bool { entries[descriptor] != nil || refused.contains(descriptor) }

    /// Forgets a connection that has ended.
    mutating func forget(_ descriptor: Int32) {
        refused.remove(descriptor)
        budget.release(descriptor)
        guard let entry = entries.removeValue(forKey: descriptor) else { return }
        if entry.role == .events { unfinishedAtEvents &-= entry.watch.unfinished }
        suspects.remove(descriptor)
    }

    /// To which socket a connection belongs; nil for one that is not known.
    func role(of descriptor: Int32) -> Role? { entries[descriptor]?.role }

    /// Looks at a connection on which something has arrived, or which is suspect.
    ///
    /// - Returns: who was cut.
    mutating func look(at descriptor: Int32, _ look: Look) -> CutConnection? {
        guard var entry = entries[descriptor], !entry.isCut else { return nil }
        let connection = Connection(descriptor: descriptor)
        guard !entry.isLocal, let traffic = connection.traffic else {
            // Of what is not TCP nothing is known but that it is there.
            if connection.cookie == entry.cookie { _ = look.delivered(descriptor) } else { forget(descriptor) }
            return nil
        }
        let before = entry.watch.unfinished
        let isEvents = entry.role == .events
        let limit = isEvents ? limits.subscriber : limits.request
        let isOver = entry.watch.look(
            ConnectionWatch.Look(
                traffic: traffic,
                // A reply is the answer to a message that was delivered: none is sent of the service's own accord.
                sent: isEvents ? look.published : 0,
                delivered: look.delivered(descriptor),
                // Subscriptions wait for the next event, but libzmq takes no more of them than the limit allows.
                emptied: isEvents ? nil : look.emptied,
                memory: entry.watch.needsMemory ? look.memory() : nil
            ),
            limit: limit,
            waiting: limits.waitingRequests
        )
        // One that has just come may do anything.
        if entry.looks < Self.fewLooks || entry.watch.unfinished > limit / 8 { isBusy = true }
        entry.looks = min(entry.looks + 1, Self.fewLooks)
        if isEvents { unfinishedAtEvents = unfinishedAtEvents &- before &+ entry.watch.unfinished }
        entries[descriptor] = entry
        if entry.watch.isSuspect { suspects.insert(descriptor) } else { suspects.remove(descriptor) }
        return isOver ? cut(descriptor, isEvents ? .subscriptions : .unfinishedMessage) : nil
    }

    /// Ends those that have sent most, until all subscribers together have sent no more than they may.
    mutating func cutWorstSubscribers() -> [CutConnection] {
        var cuts: [CutConnection] = []
        while unfinishedAtEvents > limits.allSubscribers {
            let candidates = entries.filter { $0.value.role == .events && !$0.value.isCut }
            guard let worst = candidates.max(by: { $0.value.watch.unfinished < $1.value.watch.unfinished }) else {
                break
            }
            let unfinished = worst.value.watch.unfinished
            guard unfinished > 0 else { break }
            if let cut = cut(worst.key, .subscriptions) { cuts.append(cut) }
            // Until it is gone, it is not counted twice.
            unfinishedAtEvents &-= unfinished
            entries[worst.key]?.watch = ConnectionWatch()
        }
        return cuts
    }

    /// Looks at what every connection of a socket has left unread, and ends those that have left too much.
    ///
    /// - Parameter sent: how many bytes of large messages were sent on the socket.
    mutating func cutUnread(_ role: Role, sent: UInt64) -> [CutConnection] {
        let limit = role == .events ? limits.events : limits.replies
        var cuts: [CutConnection] = []
        for (descriptor, entry) in entries where entry.role == role && !entry.isCut {
            let connection = Connection(descriptor: descriptor)
            guard let unacknowledged = connection.unacknowledged else { continue }
            let isOver = entries[descriptor]?.backlog.look(
                sent: sent,
                unacknowledged: unacknowledged,
                acknowledged: { connection.traffic?.acknowledged },
                limit: limit
            )
            if isOver == true, let cut = cut(descriptor, .unread) { cuts.append(cut) }
        }
        return cuts
    }

    /// Ends a connection for what its subscriptions cost, unless they are those of an earlier one with its descriptor.
    mutating func cut(_ descriptor: Int32, subscriptions bytes: UInt64) -> CutConnection? {
        if entries[descriptor]?.isLocal != true {
            guard let traffic = Connection(descriptor: descriptor).traffic, traffic.taken >= bytes else { return nil }
        }
        return cut(descriptor, .subscriptions)
    }

    private mutating func cut(_ descriptor: Int32, _ reason: CutConnection.Reason) -> CutConnection? {
        guard let entry = entries[descriptor], !entry.isCut else { return nil }
        entries[descriptor]?.isCut = true
        suspects.remove(descriptor)
        let connection = Connection(descriptor: descriptor)
        guard connection.cookie == entry.cookie else { return nil }
        let address = connection.peerAddress
        connection.cut()
        return CutConnection(address: address, reason: reason)
    }
}
