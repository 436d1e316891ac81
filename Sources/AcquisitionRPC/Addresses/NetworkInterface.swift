#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A network interface of this machine, with the addresses that it has at present.
package struct NetworkInterface: Sendable, Hashable {
    /// `eth0`, `docker0`, `lo`.
    package let name: String
    /// Its addresses; a link-local one with its scope.
    package var addresses: [IPAddress]

    /// An interface.
    package init(name: String, addresses: [IPAddress]) {
        self.name = name
        self.addresses = addresses
    }

    /// All interfaces of this machine, also those without an address, in the system's order.
    package static var all: [NetworkInterface] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var found: [NetworkInterface] = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ifa_next
            // An alias of an address (`eth0:1`) is no interface of its own.
            let name = String(String(cString: entry.ifa_name).prefix { $0 != ":" })
            let index = found.firstIndex { $0.name == name } ?? found.count
            if index == found.count { found.append(NetworkInterface(name: name, addresses: [])) }
            guard let socketAddress = entry.ifa_addr, var address = IPAddress(socketAddress) else { continue }
            if address.isLinkLocal, address.scope == 0 { address = address.scoped(to: if_nametoindex(name)) }
            if !found[index].addresses.contains(address) { found[index].addresses.append(address) }
        }
        return found
    }

    /// Whether a listening socket can be confined to an interface, so that what comes in through another one does not reach
    /// it: Linux takes a packet for any of its addresses from every interface otherwise.
    package func canConfine() -> Bool {
        #if os(Linux)
            let descriptor = socket(AF_INET, SocketType.stream, 0)
            guard descriptor >= 0 else { return false }
            defer { close(descriptor) }
            return Self.confine(descriptor, to: name)
        #else
            return false
        #endif
    }

    /// Confines a socket that is not bound yet.
    package static func confine(_ descriptor: Int32, to name: String) -> Bool {
        #if os(Linux)
            setsockopt(descriptor, SOL_SOCKET, SO_BINDTODEVICE, name, socklen_t(name.utf8.count)) == 0
        #else
            false
        #endif
    }
}
