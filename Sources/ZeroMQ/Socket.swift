import CZeroMQ
import Synchronization

/// A ZeroMQ socket.
///
/// Any thread may use it, but only one at a time: keep it on one thread, or behind one lock. Should
/// two meet, the second gets ``ZeroMQError/Code/concurrentUse`` and nothing is damaged. After
/// ``close()`` every call throws ``ZeroMQError/Code/closed``.
public final class Socket: Sendable {
    /// What the socket does with messages.
    public let kind: SocketKind
    /// The context, which lives at least as long as its sockets.
    public let context: Context

    // `nonisolated(unsafe)`: the pointers never change, and what they point at is reached only by the
    // one thread that the gate has let in. They leave this class through `withHandle` alone.
    private nonisolated(unsafe) let handle: UnsafeMutableRawPointer
    private nonisolated(unsafe) let part: UnsafeMutablePointer<zmq_msg_t>
    private let gate = SocketGate()
    private let monitorEnd = Mutex<MonitorEnd?>(nil)

    init(taking handle: UnsafeMutableRawPointer, kind: SocketKind, context: Context) {
        self.handle = handle
        self.kind = kind
        self.context = context
        part = .allocate(capacity: 1)
        part.initialize(to: zmq_msg_t())
        zmq_msg_init(part)
    }

    deinit {
        close()
        zmq_msg_close(part)
        part.deallocate()
    }

    /// Whether ``close()`` was called.
    public var isClosed: Bool { gate.isShut }

    /// Closes the socket: at once, or where another thread is in a call, when that call returns.
    ///
    /// It does not wait: what is still to be sent goes on for ``SocketOption/linger`` in the
    /// background. Closing twice does nothing. A call that blocks for ever in another thread is
    /// ended by ``Context/shutdown()``.
    public func close() {
        if gate.shut() { closeHandle() }
    }

    private func closeHandle() {
        stopMonitorNow()
        zmq_close(handle)
    }

    // MARK: - One thread at a time

    /// Runs `body` with the handle, alone.
    func withHandle<Result>(
        _ operation: @autoclosure () -> String,
        _ body: (UnsafeMutableRawPointer) throws(ZeroMQError) -> Result
    ) throws(ZeroMQError) -> Result {
        let handle = try enter(operation())
        defer { leave() }
        return try body(handle)
    }

    /// As ``withHandle(_:_:)``, with the one message part that receiving reuses.
    func withHandleAndPart<Result>(
        _ operation: @autoclosure () -> String,
        _ body: (UnsafeMutableRawPointer, UnsafeMutablePointer<zmq_msg_t>) throws(ZeroMQError) -> Result
    ) throws(ZeroMQError) -> Result {
        let handle = try enter(operation())
        defer { leave() }
        return try body(handle, part)
    }

    /// Takes the handle for a call on several sockets at once; every success is followed by ``leave()``.
    func enter(_ operation: @autoclosure () -> String) throws(ZeroMQError) -> UnsafeMutableRawPointer {
        switch gate.enter() {
        case nil: handle
        case .busy: throw ZeroMQError(.concurrentUse, operation: operation())
        case .closed: throw ZeroMQError(.closed, operation: operation())
        }
    }

    func leave() {
        while true {
            switch gate.leave() {
            case .none: return
            case .stopMonitor: stopMonitorNow()
            case .close: return closeHandle()
            }
        }
    }

    // MARK: - The monitor's end

    /// Keeps the end that a monitor reads from, for as long as libzmq may send to it; called from inside.
    func keepMonitorEnd(_ end: Socket) {
        monitorEnd.withLock { $0 = MonitorEnd(socket: end) }
    }

    var isMonitored: Bool { monitorEnd.withLock { $0 != nil } }

    /// Ends monitoring and closes `end`, now or when the thread inside leaves.
    func stopMonitor(closing end: Socket) {
        let stillOn = monitorEnd.withLock { kept in
            guard kept?.socket === end else { return false }
            kept?.closesWhenStopped = true
            return true
        }
        guard stillOn else { return end.close() }
        if gate.requestMonitorStop() { leave() }
    }

    /// libzmq sends events with a blocking call, from its I/O thread too, which would wait for ever for
    /// an end that is gone. It has to be told to stop before that end, or the socket itself, closes.
    private func stopMonitorNow() {
        guard isMonitored else { return }
        zmq_socket_monitor(handle, nil, 0)
        let end = monitorEnd.withLock { kept in
            defer { kept = nil }
            return kept
        }
        if let end, end.closesWhenStopped { end.socket.close() }
    }

    private struct MonitorEnd {
        let socket: Socket
        var closesWhenStopped = false
    }
}
