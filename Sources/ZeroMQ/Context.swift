import CZeroMQ
import Synchronization

/// Owns libzmq's I/O threads and what its sockets share.
///
/// A process needs one: take ``shared``. (Under libzmq before 4.3.5, closing one of two contexts
/// while the other uses CURVE can crash.) Sockets keep their context alive. When the last
/// reference goes, the context waits for the lingering of its closed sockets, which is zero unless
/// ``SocketOption/linger`` was set.
public final class Context: Sendable {
    /// The context for the whole process. It is never terminated.
    ///
    /// It may hold as many sockets as libzmq allows, 65,535, so that many clients share it.
    public static let shared = Context.withAllSockets()

    // `nonisolated(unsafe)`: a libzmq context may be used from any thread, and the pointer never changes.
    // It is nil only where libzmq had no memory for it; every use then throws.
    private nonisolated(unsafe) let handle: UnsafeMutableRawPointer?
    private let isTerminated = Atomic(false)
    private let hasSockets = Atomic(false)
    /// What libzmq opens with the first socket of a context, at the most: without them, it ends the process
    /// ("Too many open files (src/epoll.cpp)").
    private static let ownDescriptors = 8

    private init(handle: UnsafeMutableRawPointer?) {
        self.handle = handle
        if let handle {
            // New sockets linger for zero unless told otherwise, so that the end of a context never hangs.
            zmq_ctx_set(handle, ZMQ_BLOCKY, 0)
        }
    }

    private static func withAllSockets() -> Context {
        let context = Context(handle: zmq_ctx_new())
        if let handle = context.handle {
            zmq_ctx_set(handle, ZMQ_MAX_SOCKETS, zmq_ctx_get(handle, ZMQ_SOCKET_LIMIT))
        }
        return context
    }

    /// Makes a context of its own.
    ///
    /// - Parameters:
    ///   - ioThreads: The number of I/O threads; one carries about a gigabyte a second. Zero is enough for inproc.
    ///   - maxSockets: How many sockets it may hold at once.
    /// - Throws: ``ZeroMQError/Code/invalidArgument`` for numbers that libzmq does not take.
    public convenience init(ioThreads: Int = 1, maxSockets: Int = 1023) throws(ZeroMQError) {
        self.init(handle: zmq_ctx_new())
        try set(ZMQ_IO_THREADS, ioThreads, "set ioThreads")
        try set(ZMQ_MAX_SOCKETS, maxSockets, "set maxSockets")
    }

    deinit { terminate() }

    /// Waits until what the closed sockets have still to send is sent, or their lingering is over, and ends the
    /// context.
    ///
    /// Close its sockets first: it waits for them without limit. Nothing can be opened afterwards; calling it again
    /// does nothing. The end of the last reference does the same.
    public func terminate() {
        guard let handle, !isTerminated.exchange(true, ordering: .acquiringAndReleasing) else { return }
        while zmq_ctx_term(handle) == -1, zmq_errno() == ZeroMQError.Code.interrupted.rawValue {}
    }

    /// The number of I/O threads.
    public var ioThreads: Int { handle.map { Int(zmq_ctx_get($0, ZMQ_IO_THREADS)) } ?? 0 }

    /// How many sockets the context may hold at once.
    public var maxSockets: Int { handle.map { Int(zmq_ctx_get($0, ZMQ_MAX_SOCKETS)) } ?? 0 }

    /// Opens a socket, which keeps this context alive.
    ///
    /// A closed socket counts until libzmq is done with it, a moment later in the background.
    ///
    /// - Throws: ``ZeroMQError/Code/tooManySockets`` at ``maxSockets``, ``ZeroMQError/Code/tooManyFiles`` out of
    ///   descriptors, ``ZeroMQError/Code/terminated`` after ``shutdown()``.
    public func socket(_ kind: SocketKind) throws(ZeroMQError) -> Socket {
        guard let handle else { throw ZeroMQError(.outOfMemory, operation: "open a socket") }
        guard !isTerminated.load(ordering: .acquiring) else {
            throw ZeroMQError(.terminated, operation: "open a socket")
        }
        if !hasSockets.load(ordering: .acquiring) {
            let count = Self.ownDescriptors + ioThreads * 2
            if let errno = OpenFiles.shortage(of: count) { throw ZeroMQError(errno: errno, operation: "open a socket") }
        }
        guard let socket = zmq_socket(handle, kind.number) else { throw Self.socketError() }
        hasSockets.store(true, ordering: .releasing)
        return Socket(taking: socket, kind: kind, context: self)
    }

    /// What libzmq left for this thread: it has one errno for two limits.
    private static func socketError() -> ZeroMQError {
        let error = ZeroMQError.last("open a socket")
        guard error.code == .tooManyFiles, OpenFiles.shortage(of: 1) == nil else { return error }
        return ZeroMQError(.tooManySockets, operation: error.operation)
    }

    /// Ends every blocked and every later call on the context's sockets with ``ZeroMQError/Code/terminated``.
    ///
    /// Any thread may call it, any number of times. The sockets still are to be closed.
    public func shutdown() {
        if let handle, !isTerminated.load(ordering: .acquiring) { zmq_ctx_shutdown(handle) }
    }

    private func set(_ option: Int32, _ value: Int, _ operation: String) throws(ZeroMQError) {
        guard let handle else { throw ZeroMQError(.outOfMemory, operation: operation) }
        guard let value = Int32(exactly: value) else { throw ZeroMQError(.invalidArgument, operation: operation) }
        guard zmq_ctx_set(handle, option, value) == 0 else { throw .last(operation) }
    }
}
