#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Tells addresses that only this machine reaches from all others.
enum Loopback {
    /// Whether an address to bind is certainly one of loopback: in 127.0.0.0/8, ::1, or `localhost`.
    static func contains(_ address: String) -> Bool {
        let bare = address.hasPrefix("[") && address.hasSuffix("]") ? String(address.dropFirst().dropLast()) : address
        if bare == "localhost" { return true }
        var version4 = in_addr()
        if inet_pton(AF_INET, bare, &version4) == 1 { return UInt32(bigEndian: version4.s_addr) >> 24 == 127 }
        var version6 = in6_addr()
        guard inet_pton(AF_INET6, bare, &version6) == 1 else { return false }
        let one = [UInt8](repeating: 0, count: 15) + [1]
        return withUnsafeBytes(of: &version6) { $0.elementsEqual(one) }
    }

    /// The part of an address that a peer cannot choose: an IPv4 address as it is, the first 64 bits of an IPv6 one.
    static func network(_ address: String) -> String {
        var version6 = in6_addr()
        guard inet_pton(AF_INET6, address, &version6) == 1 else { return address }
        return withUnsafeBytes(of: &version6) { bytes in
            bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ".") + "/64"
        }
    }
}
