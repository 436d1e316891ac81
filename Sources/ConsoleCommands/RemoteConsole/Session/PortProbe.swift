import Foundation

/// Finds out whether a TCP port can be reached, and where it cannot, whether it is free on this machine.
enum PortProbe {
    /// What was found.
    enum Finding: Sendable, Hashable {
        /// Something listens.
        case open
        /// Nothing listens; the address is this machine's, and the port is free.
        case free
        /// Nothing listens there, and the address is another machine's.
        case refused
        /// No answer within the time.
        case silent
        /// The port is this machine's and taken, and yet no connection came about.
        case taken
        /// The name of the machine is not known.
        case unknownHost(String)
        /// Something else went wrong.
        case failed(String)
    }

    /// Probes without blocking a thread of the pool.
    static func probe(host: String, port: UInt16, timeout: Duration) async -> Finding {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: probeBlocking(host: host, port: port, timeout: timeout))
            }
        }
    }

    static func probeBlocking(host: String, port: UInt16, timeout: Duration) -> Finding {
        var hints = addrinfo()
        hints.ai_socktype = streamType
        var list: UnsafeMutablePointer<addrinfo>?
        let name = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        let problem = getaddrinfo(name, "\(port)", &hints, &list)
        defer { if list != nil { freeaddrinfo(list) } }
        guard problem == 0, let address = list?.pointee else {
            return .unknownHost(gai_strerror(problem).map { String(cString: $0) } ?? "unknown")
        }
        switch connectError(address, milliseconds: Int32(clamping: Int(timeout.inSeconds * 1000))) {
        case 0: return .open
        case ECONNREFUSED: return bindFinding(address)
        case ETIMEDOUT: return .silent
        case let error: return .failed(String(cString: strerror(error)))
        }
    }

    /// 0, or why no connection came about.
    private static func connectError(_ address: addrinfo, milliseconds: Int32) -> Int32 {
        let descriptor = socket(address.ai_family, streamType, 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        if connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 { return 0 }
        guard errno == EINPROGRESS else { return errno }
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&waiting, 1, milliseconds) > 0 else { return ETIMEDOUT }
        var error: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length)
        return error
    }

    private static func bindFinding(_ address: addrinfo) -> Finding {
        let descriptor = socket(address.ai_family, streamType, 0)
        guard descriptor >= 0 else { return .refused }
        defer { close(descriptor) }
        if bind(descriptor, address.ai_addr, address.ai_addrlen) == 0 { return .free }
        return errno == EADDRINUSE ? .taken : .refused
    }

    private static var streamType: Int32 {
        #if canImport(Darwin)
            SOCK_STREAM
        #else
            Int32(SOCK_STREAM.rawValue)
        #endif
    }
}
