import CZeroMQ
import Synchronization

/// Tells what happens to a socket's connections.
///
/// It keeps its socket alive until it is closed. Events that are not read pile up, so read them.
/// It may be read on another thread than the socket is used on.
public final class SocketMonitor: Sendable {
    let end: Socket
    private let monitored: Socket

    private static let count = Atomic<UInt64>(0)

    /// Starts to watch a socket; do it before the socket binds or connects, to see all of it.
    ///
    /// - Throws: ``ZeroMQError/Code/alreadyMonitored``, ``ZeroMQError/Code/closed``,
    ///   ``ZeroMQError/Code/concurrentUse``, ``ZeroMQError/Code/terminated``,
    ///   ``ZeroMQError/Code/tooManyFiles``.
    public init(_ socket: Socket) throws(ZeroMQError) {
        let end = try socket.context.socket(.pair)
        // Without limit: libzmq sends with a blocking call, and its I/O thread must not wait for a reader.
        try end.set(.receiveHighWaterMark, to: 0)
        let number = Self.count.add(1, ordering: .relaxed).newValue
        let endpoint = "inproc://zeromq-swift-monitor-\(number)"
        try socket.withHandle("monitor") { handle throws(ZeroMQError) in
            guard !socket.isMonitored else {
                throw ZeroMQError(.alreadyMonitored, operation: "monitor the socket")
            }
            guard zmq_socket_monitor(handle, endpoint, ZMQ_EVENT_ALL) == 0 else { throw .last("monitor") }
            do throws(ZeroMQError) {
                try end.connect(endpoint)
            } catch {
                zmq_socket_monitor(handle, nil, 0)
                throw error
            }
            socket.keepMonitorEnd(end)
        }
        self.end = end
        monitored = socket
    }

    deinit {
        close()
    }

    /// The next event, if there is one.
    ///
    /// - Throws: ``ZeroMQError/Code/closed``, ``ZeroMQError/Code/terminated``.
    public func tryReceive() throws(ZeroMQError) -> MonitorEvent? {
        try end.tryReceive().map { MonitorEvent(frames: $0.frames) }
    }

    /// The next event, waiting for it as long as it takes.
    ///
    /// - Throws: ``ZeroMQError/Code/closed``, ``ZeroMQError/Code/terminated``.
    public func receive() throws(ZeroMQError) -> MonitorEvent {
        MonitorEvent(frames: try end.receive().frames)
    }

    /// Stops watching. Closing twice does nothing.
    public func close() {
        monitored.stopMonitor(closing: end)
    }
}
