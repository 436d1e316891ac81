#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The address under which other machines see this one.
enum OutwardAddress {
    /// The IPv4 address of the interface on which a packet to the outside would leave; nil without a network.
    ///
    /// Found as the Python package finds it (`protocol/autotrainer.md`, section 1): a UDP socket is opened towards
    /// 8.8.8.8, port 80, and its own name is read. No packet is sent.
    static func find() -> String? {
        #if canImport(Glibc)
            let kind = Int32(SOCK_DGRAM.rawValue)
        #else
            let kind = SOCK_DGRAM
        #endif
        let descriptor = socket(AF_INET, kind, 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var remote = sockaddr_in()
        remote.sin_family = sa_family_t(AF_INET)
        remote.sin_port = UInt16(80).bigEndian
        remote.sin_addr.s_addr = UInt32(0x0808_0808).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let connected = withUnsafePointer(to: &remote) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) }
        }
        guard connected == 0 else { return nil }
        var local = sockaddr_in()
        let named = withUnsafeMutablePointer(to: &local) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard named == 0, local.sin_addr.s_addr != 0 else { return nil }
        let address = UInt32(bigEndian: local.sin_addr.s_addr)
        return [24, 16, 8, 0].map { String(address >> $0 & 255) }.joined(separator: ".")
    }
}
