import AcquisitionRPC
import AcquisitionZeroMQ
import Foundation

/// Finds out whether a port can be reached, and where it cannot, whether it is free on this machine.
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
        /// Something else went wrong.
        case failed(String)

        /// Which finding counts where a name has several addresses: as with a client, one that can be reached is enough.
        fileprivate var weight: Int {
            switch self {
            case .open: 5
            case .taken: 4
            case .free: 3
            case .refused: 2
            case .silent: 1
            case .failed: 0
            }
        }
    }

    /// Probes the port at all of a machine's addresses at once, without blocking a thread of the pool.
    static func probe(_ addresses: [IPAddress], port: UInt16, timeout: Duration) async -> Finding {
        let findings = await withTaskGroup(of: Finding.self) { group in
            for address in addresses {
                group.addTask {
                    await withCheckedContinuation { continuation in
                        DispatchQueue.global().async {
                            continuation.resume(returning: probeBlocking(address, port: port, timeout: timeout))
                        }
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        return findings.max { $0.weight < $1.weight } ?? .failed("there is no address")
    }

    static func probeBlocking(_ address: IPAddress, port: UInt16, timeout: Duration) -> Finding {
        switch connectError(address, port, milliseconds: Int32(clamping: Int(timeout.inSeconds * 1000))) {
        case 0: .open
        case ECONNREFUSED: bindFinding(address, port)
        case ETIMEDOUT: .silent
        case let error: .failed(String(cString: strerror(error)))
        }
    }

    private static func makeSocket(_ address: IPAddress) -> Int32 {
        socket(address.isIPv6 ? AF_INET6 : AF_INET, SocketType.stream, 0)
    }

    /// 0, or why no connection came about.
    private static func connectError(_ address: IPAddress, _ port: UInt16, milliseconds: Int32) -> Int32 {
        let descriptor = makeSocket(address)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        if address.withSocketAddress(port: port, { connect(descriptor, $0, $1) }) == 0 { return 0 }
        guard errno == EINPROGRESS else { return errno }
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&waiting, 1, milliseconds) > 0 else { return ETIMEDOUT }
        var error: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length)
        return error
    }

    private static func bindFinding(_ address: IPAddress, _ port: UInt16) -> Finding {
        let descriptor = makeSocket(address)
        guard descriptor >= 0 else { return .refused }
        defer { close(descriptor) }
        if address.withSocketAddress(port: port, { bind(descriptor, $0, $1) }) == 0 { return .free }
        return errno == EADDRINUSE ? .taken : .refused
    }
}
