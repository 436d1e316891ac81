#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The system's view of a TCP connection that belongs to libzmq: it is looked at and cut, never read, written or closed.
struct Connection: Sendable, Hashable {
    let descriptor: Int32

    #if os(Linux)
        /// How many bytes libzmq has taken from it; nil where the descriptor is no connection any more.
        var bytesTaken: UInt64? {
            // `tcpi_bytes_received` of the kernel's `struct tcp_info`, which the C library's lacks.
            let offset = 128
            var information = [UInt8](repeating: 0, count: 256)
            var length = socklen_t(information.count)
            guard getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, &information, &length) == 0,
                length >= offset + 8
            else {
                return nil
            }
            let received = information.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
            var unread: Int32 = 0
            guard ioctl(descriptor, UInt(FIONREAD), &unread) == 0 else { return nil }
            return received - min(received, UInt64(max(unread, 0)))
        }

        /// What tells this connection from any other that had or will have the same descriptor; nil where there is none.
        var cookie: UInt64? {
            let option: Int32 = 57  // SO_COOKIE, which the C library does not name for Swift
            var cookie: UInt64 = 0
            var length = socklen_t(MemoryLayout<UInt64>.size)
            guard getsockopt(descriptor, SOL_SOCKET, option, &cookie, &length) == 0 else { return nil }
            return cookie
        }

        /// Ends the connection; libzmq notices, closes it and lets go of what it has kept of it. The peer is told at once,
        /// with a reset.
        func cut() {
            var reset = linger(l_onoff: 1, l_linger: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &reset, socklen_t(MemoryLayout<linger>.size))
            shutdown(descriptor, Int32(SHUT_RDWR))
        }
    #else
        // Not yet known on other systems: nothing is cut there.
        var bytesTaken: UInt64? { nil }
        var cookie: UInt64? { nil }
        func cut() {}
    #endif
}
