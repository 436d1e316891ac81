import AcquisitionRPC
import ZeroMQ

/// Which addresses a service binds.
enum BindPlan {
    /// The addresses, in the order in which they are bound.
    static func addresses(for bind: BindAddresses) -> [String] {
        switch bind {
        case .loopback: return ["127.0.0.1"]
        case .addresses(let addresses): return addresses.isEmpty ? ["127.0.0.1"] : addresses
        case .likePython:
            let outward = OutwardAddress.find() ?? "127.0.0.1"
            return outward == "127.0.0.1" ? [outward] : [outward, "127.0.0.1"]
        }
    }

    /// Binds `socket` to the port of every address, the same port for all; for port 0 to one that is free. The
    /// endpoints, resolved.
    static func bind(_ socket: Socket, to addresses: [String], port: UInt16) throws(RpcServiceError) -> [String] {
        var endpoints: [String] = []
        var port = port
        for address in addresses {
            let host = address.contains(":") && !address.hasPrefix("[") ? "[\(address)]" : address
            let endpoint = "tcp://\(host):\(port == 0 ? "*" : String(port))"
            do {
                // Only where it is needed: with it, an IPv4 address reads back in IPv6's form.
                if host.hasPrefix("[") { try socket.set(.ipv6, to: true) }
                try socket.bind(endpoint)
                let resolved = try socket.lastEndpoint
                endpoints.append(resolved)
                if port == 0, let chosen = resolved.split(separator: ":").last.flatMap({ UInt16($0) }) { port = chosen }
            } catch {
                throw RpcServiceError(.cannotBind, "\(error)", endpoint: endpoint, errno: error.errno)
            }
        }
        return endpoints
    }
}
