#if os(Linux)
    import CZeroMQ
#endif
import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Ends a ``Poller``'s wait from any other thread.
///
/// A wake is never lost: it ends the poll that runs, or else the next one. Many wakes before that
/// count as one.
public final class Waker: Sendable {
    let readEnd: Int32
    private let writeEnd: Int32
    private let isPending = Atomic(false)

    #if os(Linux)
        /// Makes a waker, which holds a descriptor (two where the system has no eventfd).
        ///
        /// - Throws: ``ZeroMQError/Code/tooManyFiles``.
        public init() throws(ZeroMQError) {
            readEnd = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
            writeEnd = readEnd
            guard readEnd >= 0 else { throw ZeroMQError(errno: errno, operation: "make a waker") }
        }
    #else
        /// Makes a waker, which holds a descriptor (two where the system has no eventfd).
        ///
        /// - Throws: ``ZeroMQError/Code/tooManyFiles``.
        public init() throws(ZeroMQError) {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { throw ZeroMQError(errno: errno, operation: "make a waker") }
            readEnd = ends[0]
            writeEnd = ends[1]
            for end in ends {
                guard
                    fcntl(end, F_SETFL, O_NONBLOCK) == 0,
                    fcntl(end, F_SETFD, FD_CLOEXEC) == 0
                else { throw ZeroMQError(errno: errno, operation: "make a waker") }
            }
        }
    #endif

    deinit {
        _ = close(readEnd)
        if writeEnd != readEnd { _ = close(writeEnd) }
    }

    /// Wakes the poller. Does not wait, does not allocate, and may be called from any thread.
    public func wake() {
        guard !isPending.exchange(true, ordering: .acquiringAndReleasing) else { return }
        // An eventfd takes eight bytes, and a pipe any number.
        var one: UInt64 = 1
        while write(writeEnd, &one, 8) == -1, errno == EINTR {}
    }

    /// Takes the wakes so far, before the poller looks at what they were for.
    func drain() {
        var bytes: (UInt64, UInt64) = (0, 0)
        while true {
            let count = read(readEnd, &bytes, 16)
            if count == 16 || (count == -1 && errno == EINTR) { continue }
            break
        }
        // Only now: a wake between the two is seen by whoever drains, and one after them writes again.
        _ = isPending.exchange(false, ordering: .acquiringAndReleasing)
    }
}
