#if canImport(Darwin)
    package import Darwin
#elseif canImport(Musl)
    package import Musl
#else
    package import Glibc
#endif

/// One address of a machine: IPv4, or IPv6 with the interface that a link-local one needs.
///
/// An IPv4 address that is written in IPv6's form (`::ffff:127.0.0.1`) is the IPv4 address: what is decided about the one
/// must hold for the other.
package struct IPAddress: Sendable, Hashable {
    /// 4 bytes or 16, in the order of the network.
    package let bytes: [UInt8]
    /// The number of the interface to which a link-local address belongs; 0 for none.
    package let scope: UInt32

    /// 0.0.0.0: every IPv4 address of the machine.
    package static let anyIPv4 = IPAddress(bytes: [0, 0, 0, 0])
    /// `::`: every address of the machine, where the listening socket takes both families.
    package static let anyIPv6 = IPAddress(bytes: [UInt8](repeating: 0, count: 16))
    /// 127.0.0.1.
    package static let loopbackIPv4 = IPAddress(bytes: [127, 0, 0, 1])

    /// An address of 4 or 16 bytes.
    package init(bytes: [UInt8], scope: UInt32 = 0) {
        let isMapped = bytes.count == 16 && bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10...11] == [255, 255]
        self.bytes = isMapped ? Array(bytes.suffix(4)) : bytes
        self.scope = isMapped || bytes.count == 4 ? 0 : scope
    }

    /// Reads an address in any of the ways in which the system reads one: `127.0.0.1`, `127.1`, `0x7f000001`, `::1`,
    /// `fe80::1%eth0`. Nil for a name.
    package init?(_ text: String) {
        guard !text.utf8.contains(0) else { return nil }
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST
        hints.ai_socktype = SocketType.stream
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(text, nil, &hints, &list) == 0 else { return nil }
        defer { if list != nil { freeaddrinfo(list) } }
        guard let address = list?.pointee.ai_addr, let found = IPAddress(address) else { return nil }
        self = found
    }

    /// The address of a socket; nil for one that is not IP.
    package init?(_ address: UnsafePointer<sockaddr>) {
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            let bytes = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
                withUnsafeBytes(of: address.pointee.sin_addr) { Array($0) }
            }
            self.init(bytes: bytes)
        case AF_INET6:
            let (bytes, scope) = address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
                (withUnsafeBytes(of: address.pointee.sin6_addr) { Array($0) }, address.pointee.sin6_scope_id)
            }
            self.init(bytes: bytes, scope: scope)
        default: return nil
        }
    }

    /// Whether it is an IPv6 address.
    package var isIPv6: Bool { bytes.count == 16 }

    /// Whether only programs on this machine reach it.
    package var isLoopback: Bool {
        isIPv6 ? bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1 : bytes[0] == 127
    }

    /// Whether it stands for all addresses of the machine.
    package var isAny: Bool { bytes.allSatisfy { $0 == 0 } }

    /// Whether it means something only together with an interface.
    package var isLinkLocal: Bool { isIPv6 && bytes[0] == 0xfe && bytes[1] & 0xc0 == 0x80 }

    /// The part of the address that its owner cannot choose: an IPv4 address as it is, the first 64 bits of an IPv6 one.
    package var network: String {
        isIPv6 ? IPAddress(bytes: bytes.prefix(8) + [UInt8](repeating: 0, count: 8)).description + "/64" : description
    }

    /// The same address of another interface.
    package func scoped(to scope: UInt32) -> IPAddress { IPAddress(bytes: bytes, scope: scope) }

    /// Calls `body` with the address as the system takes it.
    package func withSocketAddress<Value>(
        port: UInt16,
        _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Value
    ) rethrows -> Value {
        func call<Address>(_ address: inout Address) throws -> Value {
            let size = socklen_t(MemoryLayout<Address>.size)
            return try withUnsafePointer(to: &address) {
                try $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { try body($0, size) }
            }
        }
        if isIPv6 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            address.sin6_scope_id = scope
            withUnsafeMutableBytes(of: &address.sin6_addr) { $0.copyBytes(from: bytes) }
            return try call(&address)
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        withUnsafeMutableBytes(of: &address.sin_addr) { $0.copyBytes(from: bytes) }
        return try call(&address)
    }

    /// Whether this machine has the address, and may listen there.
    package var isHere: Bool {
        let descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, SocketType.datagram, 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return withSocketAddress(port: 0) { bind(descriptor, $0, $1) } == 0
    }

    /// The address as part of an endpoint: an IPv6 one in brackets.
    package var inEndpoint: String { isIPv6 ? "[\(self)]" : description }
}

extension IPAddress: CustomStringConvertible {
    /// `127.0.0.1`, `fe80::1%eth0`.
    package var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let isWritten = bytes.withUnsafeBytes {
            inet_ntop(isIPv6 ? AF_INET6 : AF_INET, $0.baseAddress, &text, socklen_t(text.count)) != nil
        }
        guard isWritten else { return "?" }
        let address = Self.string(text)
        guard scope != 0 else { return address }
        var name = [CChar](repeating: 0, count: Int(IF_NAMESIZE))
        return "\(address)%\(if_indextoname(scope, &name) == nil ? String(scope) : Self.string(name))"
    }

    private static func string(_ text: [CChar]) -> String {
        String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// The kinds of socket, as numbers on every system.
package enum SocketType {
    #if canImport(Glibc)
        package static let stream = Int32(SOCK_STREAM.rawValue)
        package static let datagram = Int32(SOCK_DGRAM.rawValue)
    #else
        package static let stream = SOCK_STREAM
        package static let datagram = SOCK_DGRAM
    #endif
}
