#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Opens sockets that are bound to what a ``ListenPlan`` says, for libraries that listen on them.
package enum ListeningSocket {
    /// How messages travel.
    package enum Kind: Sendable, Hashable { case stream, datagram }

    /// How often another free port is tried where the first is taken at another address.
    private static let tries = 16

    /// Binds a socket for each target, all to the same port; for port 0 to one that is free at all of them. The caller closes
    /// them. An address of one family takes peers of that family alone.
    ///
    /// - Throws: the error number of the system, with the address.
    package static func open(
        _ targets: [ListenPlan.Target],
        port: UInt16,
        _ kind: Kind
    ) throws(Failure) -> (descriptors: [Int32], port: UInt16) {
        var round = 1
        while true {
            do {
                return try openOnce(targets, port: port, kind)
            } catch {
                guard port == 0, targets.count > 1, error.number == EADDRINUSE, round < tries else { throw error }
                round += 1
            }
        }
    }

    /// Why a socket could not be bound.
    package struct Failure: Error, Sendable, Hashable {
        package let number: Int32
        package let target: ListenPlan.Target
        /// For people.
        package var reason: String { String(cString: strerror(number)) }
    }

    private static func openOnce(
        _ targets: [ListenPlan.Target],
        port: UInt16,
        _ kind: Kind
    ) throws(Failure) -> (descriptors: [Int32], port: UInt16) {
        var (descriptors, port) = ([Int32](), port)
        for target in targets {
            do {
                let descriptor = try open(target, port, kind)
                descriptors.append(descriptor)
                if port == 0 { port = boundPort(of: descriptor) }
            } catch {
                for descriptor in descriptors { close(descriptor) }
                throw error
            }
        }
        return (descriptors, port)
    }

    private static func open(_ target: ListenPlan.Target, _ port: UInt16, _ kind: Kind) throws(Failure) -> Int32 {
        let family = target.address.isIPv6 ? AF_INET6 : AF_INET
        let descriptor = socket(family, kind == .stream ? SocketType.stream : SocketType.datagram, 0)
        guard descriptor >= 0 else { throw Failure(number: errno, target: target) }
        var isGood = fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0
        if target.address.isIPv6 { isGood = isGood && set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY) }
        if kind == .stream { isGood = isGood && set(descriptor, SOL_SOCKET, SO_REUSEADDR) }
        if let interface = target.interface { isGood = isGood && NetworkInterface.confine(descriptor, to: interface) }
        isGood = isGood && target.address.withSocketAddress(port: port) { bind(descriptor, $0, $1) } == 0
        guard isGood else {
            let failure = Failure(number: errno, target: target)
            close(descriptor)
            throw failure
        }
        return descriptor
    }

    private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32) -> Bool {
        var one: Int32 = 1
        return setsockopt(descriptor, level, option, &one, socklen_t(MemoryLayout<Int32>.size)) == 0
    }

    private static func boundPort(of descriptor: Int32) -> UInt16 {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &address) { storage in
            let status = storage.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor, $0, &length)
            }
            guard status == 0 else { return 0 }
            // Both families have the port at the same place.
            return storage.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                UInt16(bigEndian: $0.pointee.sin_port)
            }
        }
    }
}
