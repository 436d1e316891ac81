import AcquisitionRPC

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The system's view of a connection, over TCP or a Unix socket, that belongs to libzmq: it is looked at and cut, never read or
/// written, and closed by libzmq.
struct Connection: Sendable, Hashable {
    let descriptor: Int32

    /// What the system has counted on a connection since it was made.
    struct Traffic: Sendable, Hashable {
        /// How many bytes libzmq has taken from it.
        var taken: UInt64
        /// How many bytes the peer has acknowledged of those that libzmq has sent.
        var acknowledged: UInt64
    }

    /// See ``localName``.
    enum LocalName: Sendable, Hashable {
        case port(UInt16)
        case path([UInt8])
    }

    #if os(Linux)
        /// Whether it is a Unix socket. The system does not count what passes there.
        var isLocal: Bool {
            var domain: Int32 = 0
            var length = socklen_t(MemoryLayout<Int32>.size)
            return getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &domain, &length) == 0 && domain == AF_UNIX
        }

        /// What has passed; nil where the descriptor is no connection over TCP any more.
        var traffic: Traffic? {
            // `tcpi_bytes_acked` and `tcpi_bytes_received` of the kernel's `struct tcp_info`, which the C library's lacks.
            let (acknowledged, received) = (120, 128)
            return withUnsafeTemporaryAllocation(byteCount: 256, alignment: 8) { information -> Traffic? in
                var length = socklen_t(information.count)
                guard getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, information.baseAddress, &length) == 0,
                    length >= received + 8
                else {
                    return nil
                }
                var unread: Int32 = 0
                guard ioctl(descriptor, UInt(FIONREAD), &unread) == 0 else { return nil }
                let arrived = information.loadUnaligned(fromByteOffset: received, as: UInt64.self)
                return Traffic(
                    taken: arrived - min(arrived, UInt64(max(unread, 0))),
                    acknowledged: information.loadUnaligned(fromByteOffset: acknowledged, as: UInt64.self)
                )
            }
        }

        /// How many bytes the system keeps that the peer has not acknowledged; nil where there is no connection any more.
        var unacknowledged: Int? {
            var count: Int32 = 0
            guard ioctl(descriptor, UInt(TIOCOUTQ), &count) == 0 else { return nil }
            return Int(count)
        }

        /// What tells this connection from any other that had or will have the same descriptor; nil where there is none.
        var cookie: UInt64? {
            let option: Int32 = 57  // SO_COOKIE, which the C library does not name for Swift
            var cookie: UInt64 = 0
            var length = socklen_t(MemoryLayout<UInt64>.size)
            guard getsockopt(descriptor, SOL_SOCKET, option, &cookie, &length) == 0 else { return nil }
            return cookie
        }

        /// What the socket is bound to: what a connection and the socket that accepted it have in common, and no other socket.
        /// The port, or the path of a Unix socket; nil where there is none.
        var localName: LocalName? {
            var address = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            return withUnsafeMutablePointer(to: &address) { storage -> LocalName? in
                storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address -> LocalName? in
                    guard getsockname(descriptor, address, &length) == 0 else { return nil }
                    let bytes = UnsafeRawBufferPointer(start: address, count: Int(length))
                    switch Int32(address.pointee.sa_family) {
                    case AF_INET, AF_INET6:
                        return .port(bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self).bigEndian)
                    case AF_UNIX: return .path(Array(bytes.dropFirst(2)))
                    default: return nil
                    }
                }
            }
        }

        /// Whether it is a socket that accepts connections.
        var isListening: Bool {
            var isListening: Int32 = 0
            var length = socklen_t(MemoryLayout<Int32>.size)
            return getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &length) == 0 && isListening != 0
        }

        /// The peer's IP address, or its user and process on a Unix socket; nil where there is none.
        var peerAddress: String? {
            if isLocal { return localPeer }
            var address = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            return withUnsafeMutablePointer(to: &address) { storage -> String? in
                storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address -> String? in
                    guard getpeername(descriptor, address, &length) == 0 else { return nil }
                    var text = [CChar](repeating: 0, count: 64)
                    let size = socklen_t(text.count)
                    guard getnameinfo(address, length, &text, size, nil, 0, NI_NUMERICHOST) == 0 else { return nil }
                    let name = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                    return PeerName.plain(name)
                }
            }
        }

        private var localPeer: String? {
            // The kernel's `struct ucred`, which the C library does not show to Swift.
            var peer: (process: Int32, user: UInt32, group: UInt32) = (0, 0, 0)
            var length = socklen_t(MemoryLayout.size(ofValue: peer))
            guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 else { return nil }
            return PeerName.unix(user: peer.user, process: peer.process)
        }

        /// Ends the connection; libzmq notices, closes it and lets go of what it has kept of it. The peer is told at once,
        /// with a reset.
        func cut() {
            var reset = linger(l_onoff: 1, l_linger: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &reset, socklen_t(MemoryLayout<linger>.size))
            shutdown(descriptor, Int32(SHUT_RDWR))
        }

        /// Closes a descriptor that this package has opened itself.
        func close() {
            #if canImport(Musl)
                _ = Musl.close(descriptor)
            #else
                _ = Glibc.close(descriptor)
            #endif
        }
    #else
        // Not yet known on other systems: nothing is cut there.
        var isLocal: Bool { false }
        var traffic: Traffic? { nil }
        var unacknowledged: Int? { nil }
        var cookie: UInt64? { nil }
        var localName: LocalName? { nil }
        var isListening: Bool { false }
        var peerAddress: String? { nil }
        func cut() {}
    #endif
}
