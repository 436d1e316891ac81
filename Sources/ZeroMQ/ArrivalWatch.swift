#if os(Linux)
    import CZeroMQ
    #if canImport(Musl)
        import Musl
    #else
        import Glibc
    #endif
#endif

/// Tells on which of many descriptors something has arrived, at no cost for those that are silent (epoll).
///
/// A descriptor is told once, and again after ``rearm(_:)``. One that is closed leaves by itself. Nothing is read from any
/// of them. Where the system has no epoll, nothing is ever told.
package final class ArrivalWatch: Sendable {
    /// Readable while ``arrivals()`` has something to tell; -1 where the system has no epoll.
    package let descriptor: Int32

    /// How many ``arrivals()`` tells at once at the most.
    package static let batch = 256

    #if os(Linux)
        private static let events = EPOLLIN.rawValue | EPOLLET.rawValue | EPOLLONESHOT.rawValue

        /// A watch of nothing; it holds a descriptor itself.
        ///
        /// - Throws: ``ZeroMQError/Code/tooManyFiles``.
        package init() throws(ZeroMQError) {
            descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
            guard descriptor >= 0 else { throw ZeroMQError(errno: errno, operation: "watch connections") }
        }

        deinit { _ = close(descriptor) }

        /// Watches a descriptor; false where that is not possible.
        package func add(_ watched: Int32) -> Bool { control(EPOLL_CTL_ADD, watched) }

        /// Watches a descriptor on that was told; what is unread is told at once. False where it was closed.
        @discardableResult
        package func rearm(_ watched: Int32) -> Bool { control(EPOLL_CTL_MOD, watched) }

        private func control(_ operation: Int32, _ watched: Int32) -> Bool {
            var event = epoll_event(events: Self.events, data: epoll_data_t(fd: watched))
            return epoll_ctl(descriptor, operation, watched, &event) == 0
        }

        /// On which descriptors something has arrived, ``batch`` of them at the most. Does not wait.
        package func arrivals() -> [Int32] {
            var events = [epoll_event](repeating: epoll_event(), count: Self.batch)
            let count = epoll_wait(descriptor, &events, Int32(Self.batch), 0)
            return events.prefix(max(0, Int(count))).map(\.data.fd)
        }
    #else
        package init() throws(ZeroMQError) { descriptor = -1 }
        package func add(_ watched: Int32) -> Bool { false }
        @discardableResult
        package func rearm(_ watched: Int32) -> Bool { false }
        package func arrivals() -> [Int32] { [] }
    #endif
}
