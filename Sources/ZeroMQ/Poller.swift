import CZeroMQ

/// Waits for several sockets at once, and for a ``Waker``.
///
/// A value that holds what to watch. While ``poll(timeout:)`` runs, its sockets are in use by that thread.
public struct Poller: Sendable {
    private var entries: [(socket: Socket, interest: Interest)] = []
    private var descriptors: [Int32] = []
    private let waker: Waker?

    /// A wait that is longer than a century does not differ from one without end, and can be added to any time.
    private static let longest: Duration = .seconds(3_600_000_000)

    /// A poller that watches a waker, if there is one, and these sockets for messages to read.
    public init(waker: Waker? = nil, watching sockets: Socket...) {
        self.waker = waker
        for socket in sockets { watch(socket) }
    }

    /// Watches a socket, or changes what it is watched for. An empty interest pauses it.
    public mutating func watch(_ socket: Socket, for interest: Interest = .readable) {
        if let index = entries.firstIndex(where: { $0.socket === socket }) {
            entries[index].interest = interest
        } else {
            entries.append((socket, interest))
        }
    }

    /// Watches a monitor for events to read.
    public mutating func watch(_ monitor: SocketMonitor) {
        watch(monitor.end)
    }

    /// Watches a descriptor of the system for something to read, such as that of an ``ArrivalWatch``.
    package mutating func watch(descriptor: Int32) {
        if descriptor >= 0, !descriptors.contains(descriptor) { descriptors.append(descriptor) }
    }

    /// Forgets a socket.
    public mutating func remove(_ socket: Socket) {
        entries.removeAll { $0.socket === socket }
    }

    /// Forgets a monitor.
    public mutating func remove(_ monitor: SocketMonitor) {
        remove(monitor.end)
    }

    /// Waits until a socket is ready, the waker wakes, or the time is over; `nil` waits without end.
    ///
    /// - Returns: What is ready; nothing when the time was over.
    /// - Throws: ``ZeroMQError/Code/terminated``, ``ZeroMQError/Code/closed``,
    ///   ``ZeroMQError/Code/concurrentUse``, ``ZeroMQError/Code/invalidArgument`` for no time limit and
    ///   nothing to wait for.
    public func poll(timeout: Duration? = nil) throws(ZeroMQError) -> Readiness {
        guard !entries.isEmpty || !descriptors.isEmpty || waker != nil || timeout != nil else {
            throw ZeroMQError(.invalidArgument, operation: "poll")
        }
        var entered = 0
        defer { for entry in entries.prefix(entered) { entry.socket.leave() } }
        var items: [zmq_pollitem_t] = []
        items.reserveCapacity(entries.count + descriptors.count + 1)
        for (socket, interest) in entries {
            let handle = try socket.enter("poll")
            entered += 1
            items.append(zmq_pollitem_t(socket: handle, fd: 0, events: interest.rawValue, revents: 0))
        }
        for descriptor in descriptors {
            items.append(zmq_pollitem_t(socket: nil, fd: descriptor, events: Int16(ZMQ_POLLIN), revents: 0))
        }
        if let waker {
            items.append(zmq_pollitem_t(socket: nil, fd: waker.readEnd, events: Int16(ZMQ_POLLIN), revents: 0))
        }
        try wait(for: &items, timeout: timeout)
        return readiness(items)
    }

    private func wait(for items: inout [zmq_pollitem_t], timeout: Duration?) throws(ZeroMQError) {
        let timeout = timeout.map { min(max($0, .zero), Self.longest) }
        let deadline = timeout.map { ContinuousClock.now + $0 }
        var left = timeout
        while true {
            let milliseconds = left.map { max(0, Int($0.wholeMilliseconds ?? .max)) } ?? -1
            let count = zmq_poll(&items, Int32(items.count), milliseconds)
            if count > 0 { return }
            if count == -1, zmq_errno() != ZeroMQError.Code.interrupted.rawValue { throw .last("poll") }
            guard let deadline else { continue }
            left = ContinuousClock.now.duration(to: deadline)
            if let left, left <= .zero, count == 0 || milliseconds == 0 { return }
        }
    }

    private func readiness(_ items: [zmq_pollitem_t]) -> Readiness {
        var isWoken = false
        if let waker, let last = items.last, last.revents != 0 {
            waker.drain()
            isWoken = true
        }
        let ready = zip(entries, items).compactMap { entry, item in
            item.revents == 0 ? nil : (socket: entry.socket, interest: Interest(rawValue: item.revents))
        }
        let arrived = zip(descriptors, items.dropFirst(entries.count)).compactMap { $1.revents == 0 ? nil : $0 }
        return Readiness(isWoken: isWoken, sockets: ready, descriptors: arrived)
    }
}
