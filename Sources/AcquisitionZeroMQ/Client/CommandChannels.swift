import AcquisitionRPC
import ZeroMQ

/// The requests that wait, the connection on which they are sent, and earlier ones that were given up and on which replies
/// may still come.
struct CommandChannels: Sendable {
    private let target: CommandChannel.Target
    private var current: CommandChannel
    private var earlier: [CommandChannel] = []
    private var waiting = RequestQueue()
    /// The number of the present connection.
    private var connection = 0
    /// So many connections that were given up are kept; the oldest is the one that is dropped.
    private static let maximumEarlier = 4

    init(_ target: CommandChannel.Target) throws(ZeroMQError) {
        self.target = target
        current = try CommandChannel(target)
    }

    /// When something is to be done without anything having happened; nil for never.
    var wakeAt: ContinuousClock.Instant? { current.wakeAt }

    /// Has the poller look after the sockets.
    func add(to poller: inout Poller) {
        current.add(to: &poller, hasRequests: !waiting.isEmpty)
        for channel in earlier { channel.add(to: &poller, hasRequests: false) }
    }

    /// Does what there is to do: connects, sends, and takes replies.
    mutating func turn(_ poller: inout Poller, _ receiver: ClientTransport.Receiver) throws(ZeroMQError) {
        switch try current.note(now: .now) {
        case .connected:
            connection += 1
            receiver(.commandsConnected(true))
        case .lost:
            receiver(.commandsConnected(false))
            try current.connectAnew(receiver)
        case .refused(let reason): receiver(.commandsRefused(reason))
        case nil: break
        }
        try current.retry(now: .now, receiver)
        if try current.timePassed(now: .now) { receiver(.unresolved(current.problem)) }
        if current.isConnected { try send() }
        try current.takeReplies(receiver)
        for index in earlier.indices.reversed() {
            let change = try earlier[index].note(now: .now)
            try earlier[index].takeReplies(receiver)
            if change == .lost || !earlier[index].isWaitedFor { drop(index, &poller) }
        }
    }

    private mutating func send() throws(ZeroMQError) {
        if waiting.isEmpty { return }
        // Not through `self`, of which the queue is a part.
        var channel = current
        defer { current = channel }
        try waiting.send(on: connection, now: .now) { request, id throws(ZeroMQError) in
            try channel.send(request, id: id)
        }
    }

    /// The answer to a look-up.
    mutating func answered(
        _ answer: HostResolver.Answer,
        _ receiver: ClientTransport.Receiver
    ) throws(ZeroMQError) {
        if try current.answered(answer) { receiver(.unresolved(current.problem)) }
    }

    // MARK: - Orders

    mutating func append(_ request: [UInt8], id: UInt64) {
        waiting.append(request, id: id)
        // Whoever asks is told soon what is true now.
        current.hurry()
    }

    mutating func append(_ request: [UInt8], id: UInt64, connection: Int, before deadline: ContinuousClock.Instant) {
        waiting.append(request, id: id, connection: connection, before: deadline)
    }

    /// Nobody waits for the reply any more.
    mutating func forget(_ id: UInt64) {
        waiting.remove(id)
        _ = current.forget(id)
        for index in earlier.indices { _ = earlier[index].forget(id) }
    }

    /// Nobody waits for the reply any more, since it did not come in time. The connection on which the request may still be
    /// is given up: dropped, where the request must not arrive any more.
    mutating func giveUp(
        _ id: UInt64,
        isHarmless: Bool,
        _ poller: inout Poller,
        _ receiver: ClientTransport.Receiver
    ) throws(ZeroMQError) {
        waiting.remove(id)
        for index in earlier.indices.reversed() where earlier[index].forget(id) && !isHarmless { drop(index, &poller) }
        guard current.forget(id) else { return }
        try reconnect(keepsReplies: isHarmless, &poller, receiver)
    }

    /// Makes a new connection in the place of the one that stands. One that is being made goes on: on a slow network none
    /// would ever be finished.
    ///
    /// - Parameter keepsReplies: whether replies are taken on the old one as long as somebody waits for them.
    mutating func reconnect(
        keepsReplies: Bool,
        _ poller: inout Poller,
        _ receiver: ClientTransport.Receiver
    ) throws(ZeroMQError) {
        guard current.isConnected else { return }
        try current.takeReplies(receiver)
        receiver(.commandsConnected(false))
        // Where the system has no socket to give, the old one is used.
        guard keepsReplies, current.isWaitedFor, let channel = try? CommandChannel(target) else {
            return try current.connectAnew(receiver)
        }
        if earlier.count >= Self.maximumEarlier { drop(0, &poller) }
        earlier.append(current)
        current = channel
    }

    private mutating func drop(_ index: Int, _ poller: inout Poller) {
        let channel = earlier.remove(at: index)
        channel.remove(from: &poller)
        channel.close()
    }

    func close() {
        current.close()
        for channel in earlier { channel.close() }
    }
}
