/// What a poll found.
public struct Readiness: Sendable {
    /// Whether the ``Waker`` ended the wait. Its wakes are taken: look now at what they were for.
    public let isWoken: Bool

    let sockets: [(socket: Socket, interest: Interest)]
    let descriptors: [Int32]

    /// Whether the time was over before anything happened.
    public var isEmpty: Bool { !isWoken && sockets.isEmpty && descriptors.isEmpty }

    /// What a socket is ready for; empty if for nothing.
    public subscript(socket: Socket) -> Interest {
        sockets.first { $0.socket === socket }?.interest ?? []
    }

    /// Whether a message can be received from a socket without waiting.
    public func isReadable(_ socket: Socket) -> Bool {
        self[socket].contains(.readable)
    }

    /// Whether a message can be sent on a socket without waiting.
    public func isWritable(_ socket: Socket) -> Bool {
        self[socket].contains(.writable)
    }

    /// Whether a monitor has events to read.
    public func isReadable(_ monitor: SocketMonitor) -> Bool {
        isReadable(monitor.end)
    }

    /// Whether something can be read from a descriptor that was watched.
    package func isReadable(descriptor: Int32) -> Bool {
        descriptors.contains(descriptor)
    }
}
