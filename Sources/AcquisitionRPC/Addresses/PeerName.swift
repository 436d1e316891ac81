/// How the address of a peer is told to people, and written down.
package enum PeerName {
    /// The address as the transport tells it, in its plain form: an IPv4 peer of a socket for both families is an IPv4 peer,
    /// and a peer on a Unix socket is known by its user and process.
    package static func plain(_ address: String) -> String {
        // Once for each command: an IPv4 address is left as it is, at no cost.
        guard address.utf8.contains(UInt8(ascii: ":")) else { return address }
        let mapped = "::ffff:"
        if address.hasPrefix(mapped) {
            let rest = address.dropFirst(mapped.utf8.count)
            return rest.utf8.contains(UInt8(ascii: ".")) ? String(rest) : address
        }
        // libzmq's form for a Unix socket: a name that may be empty, then user, group and process. No IPv6 address has three
        // colons and no two in a row.
        let parts = address.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 4, let user = UInt32(parts[1]), UInt32(parts[2]) != nil, let process = Int32(parts[3])
        else { return address }
        return unix(user: user, process: process)
    }

    /// The name of a peer on a Unix socket.
    package static func unix(user: UInt32, process: Int32) -> String { "unix:uid=\(user),pid=\(process)" }
}
