import AcquisitionRPC
import ZeroMQ

/// The options of the four sockets, and why each is as it is.
enum SocketSettings {
    /// How long a connection may take to say hello; libzmq's own 30 s let a stranger hold it.
    private static let handshake: Duration = .seconds(5)

    /// How long TCP tries to deliver what a client sends: a command that is given again must not arrive later.
    static let deliveryTime: Duration = .seconds(5)

    /// How many connections the system completes by itself that are not accepted yet: a part of the descriptors, since libzmq
    /// accepts them one after another, with or without descriptors to spare.
    private static var backlog: Int { min(max((DescriptorLimit.ofProcess?.current ?? 1_024) / 16, 4), 1_024) }

    /// The size of the largest frame that the command socket takes, where a request may have `mostBytes`.
    static func mostFrameBytes(_ mostBytes: Int) -> Int { sum(mostBytes, 4096) }

    /// The sum of two sizes, or the largest number.
    static func sum(_ size: Int, _ more: Int) -> Int {
        let (sum, overflow) = size.addingReportingOverflow(more)
        return overflow ? .max : sum
    }

    static func apply(toPublisher socket: Socket, _ marks: HighWaterMarks, flush: Duration) throws(ZeroMQError) {
        try applyCommon(to: socket)
        try socket.set(.linger, to: flush)
        // What subscribers send are subscriptions. Without a bound each may cost what its sender likes.
        try socket.set(.maxMessageSize, to: 512)
        // So many of one peer wait until the next event; more stay in the system, and with the peer.
        try socket.set(.receiveHighWaterMark, to: 500)
        // Every subscription is told, also one that others have, and its end: the guard counts what they cost.
        try socket.set(.xpubVerboser, to: true)
        try socket.set(.sendHighWaterMark, to: marks.events)
        try socket.set(.tcpMaxRetransmitTimeout, to: .seconds(10))
        try socket.set(.backlog, to: backlog)
    }

    static func apply(
        toRouter socket: Socket,
        _ marks: HighWaterMarks,
        mostBytes: Int,
        flush: Duration
    ) throws(ZeroMQError) {
        try applyCommon(to: socket)
        try socket.set(.linger, to: flush)
        // libzmq itself drops a peer that announces more. It gets no reply, but costs no memory either; the room above
        // the limit lets the service answer requests that are only a little too large.
        try socket.set(.maxMessageSize, to: mostFrameBytes(mostBytes))
        try socket.set(.sendHighWaterMark, to: marks.replies)
        try socket.set(.receiveHighWaterMark, to: marks.requests)
        // A reply to nobody is an error that can be counted, and not lost in silence.
        try socket.set(.routerMandatory, to: true)
        // On, one peer could take over another's replies by taking its identity.
        try socket.set(.routerHandover, to: false)
        try socket.set(.tcpMaxRetransmitTimeout, to: .seconds(30))
        try socket.set(.backlog, to: backlog)
    }

    static func apply(toSubscriber socket: Socket, mostBytes: Int) throws(ZeroMQError) {
        try applyConnecting(to: socket, mostBytes: mostBytes)
        try socket.set(.receiveHighWaterMark, to: 10_000)
    }

    static func apply(toDealer socket: Socket, mostBytes: Int) throws(ZeroMQError) {
        try applyConnecting(to: socket, mostBytes: mostBytes)
        try socket.set(.sendHighWaterMark, to: 100)
        try socket.set(.receiveHighWaterMark, to: 1_000)
        // The client's loop connects anew by itself (``HandshakeWatch``): libzmq would hand what is still on its way to
        // whatever service is there next, before the loop knows that the connection was lost.
        try socket.set(.reconnectInterval, to: .seconds(60))
        try socket.set(.reconnectIntervalMax, to: .zero)
        // What TCP could not deliver by then it never delivers, not even after the connection was given up.
        try socket.set(.tcpMaxRetransmitTimeout, to: deliveryTime)
        // Nothing is queued for a service that is not there: the client keeps it and can still give it up. That is the
        // loop's business, since with ZMQ_IMMEDIATE a connection that ends takes replies along that have arrived.
        try socket.set(.immediate, to: false)
    }

    private static func applyConnecting(to socket: Socket, mostBytes: Int) throws(ZeroMQError) {
        try applyCommon(to: socket)
        try socket.set(.linger, to: .zero)
        try socket.set(.maxMessageSize, to: mostBytes)
        try socket.set(.reconnectInterval, to: .milliseconds(100))
        try socket.set(.reconnectIntervalMax, to: .seconds(5))
        try socket.set(.connectTimeout, to: .seconds(3))
    }

    private static func applyCommon(to socket: Socket) throws(ZeroMQError) {
        try socket.set(.handshakeInterval, to: handshake)
        // No pings of our own, on any socket: where one is due on a connection that broke while nobody read what had come on
        // it, libzmq 4.3.4 ends the process (`Assertion failed: !_io_error`). Pings of peers are answered all the same.
        try socket.set(.heartbeatInterval, to: .zero)
        // Finds connections of which only one end is left.
        try socket.set(.tcpKeepalive, to: true)
        try socket.set(.tcpKeepaliveIdle, to: .seconds(10))
        try socket.set(.tcpKeepaliveInterval, to: .seconds(5))
        try socket.set(.tcpKeepaliveCount, to: 3)
    }
}
