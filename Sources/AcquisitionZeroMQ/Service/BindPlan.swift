import AcquisitionRPC
import ZeroMQ

/// What a service binds: addresses of the machine, each with the ports of both sockets, and folders of Unix sockets.
struct BindPlan: Sendable {
    /// One of the two sockets.
    enum Role: Sendable, Hashable { case events, commands }

    private var network: ListenPlan
    let folders: [SocketFolder]

    /// How often another free port is tried where the first is taken at another address.
    private static let tries = 16

    /// The plan for what the options ask for.
    ///
    /// - Throws: `RpcServiceError` of the code `cannotBind`.
    init(for bind: BindAddresses) throws(RpcServiceError) {
        var (names, folders): ([String], [SocketFolder]) = ([], [])
        for text in Self.texts(for: bind) {
            do throws(AddressError) {
                guard SocketFolder.isMeant(by: text) else {
                    names.append(text)
                    continue
                }
                let folder = try SocketFolder(text)
                if !folders.contains(folder) { folders.append(folder) }
            } catch {
                throw RpcServiceError(.cannotBind, error.message, endpoint: text)
            }
        }
        self.folders = folders
        do {
            network = try ListenPlan(names)
        } catch {
            throw RpcServiceError(.cannotBind, error.message)
        }
    }

    private static func texts(for bind: BindAddresses) -> [String] {
        switch bind {
        case .loopback, .addresses([]): return ["127.0.0.1"]
        case .addresses(let addresses): return addresses
        case .likePython:
            let outward = OutwardAddress.find() ?? "127.0.0.1"
            return outward == "127.0.0.1" ? [outward] : [outward, "127.0.0.1"]
        }
    }

    /// What whoever set this up should know.
    var remarks: [String] { network.remarks }

    /// The addresses of the machine that are bound, in this order.
    var targets: [ListenPlan.Target] { network.targets }

    /// Confines what lies on these interfaces to them.
    mutating func confine(to names: [String]) { network.confine(to: names) }

    /// Whether a target is an address of one of these interfaces.
    func lies(_ target: ListenPlan.Target, on names: [String]) -> Bool { network.lies(target, on: names) }

    /// Binds `socket` to the port of every address, the same port for all; for port 0 to one that is free. The endpoints,
    /// resolved.
    func bind(_ socket: Socket, _ role: Role, port: UInt16) throws(RpcServiceError) -> [String] {
        var endpoints: [String] = []
        var interface: String?
        for round in 1...Self.tries {
            var bound: [String] = []
            do throws(RpcServiceError) {
                endpoints = try bindNetwork(socket, port: port, &bound, &interface)
                break
            } catch {
                // A port that is free at one address may be taken at the next.
                let isTaken = error.errno == ZeroMQError.Code.addressInUse.rawValue
                guard port == 0, !bound.isEmpty, isTaken, round < Self.tries else { throw error }
                for endpoint in bound { try? socket.unbind(endpoint) }
            }
        }
        for folder in folders {
            let endpoint = role == .events ? folder.events : folder.commands
            try Self.bind(socket, endpoint)
            endpoints.append(endpoint)
        }
        return endpoints
    }

    /// - Parameters:
    ///   - bound: what was bound so far.
    ///   - interface: to which the socket's next listener is confined.
    private func bindNetwork(
        _ socket: Socket,
        port: UInt16,
        _ bound: inout [String],
        _ interface: inout String?
    ) throws(RpcServiceError) -> [String] {
        var endpoints: [String] = []
        var port = port
        for target in network.targets {
            let host = target.address.inEndpoint
            let endpoint = "tcp://\(host):\(port == 0 ? "*" : String(port))"
            // Both are taken over by each listener as it begins. With the first, an IPv4 address would read back in IPv6's
            // form.
            try Self.translating(endpoint) { () throws(ZeroMQError) in
                try socket.set(.ipv6, to: target.address.isIPv6)
                if target.interface != interface { try socket.set(.boundInterface, to: target.interface) }
            }
            interface = target.interface
            let resolved = try Self.bind(socket, endpoint)
            bound.append(resolved)
            if port == 0, let chosen = resolved.split(separator: ":").last.flatMap({ UInt16($0) }) { port = chosen }
            // One listener for both families: each has its endpoint.
            if target.address == .anyIPv6 { endpoints.append("tcp://0.0.0.0:\(port)") }
            endpoints.append(resolved)
        }
        return endpoints
    }

    @discardableResult
    private static func bind(_ socket: Socket, _ endpoint: String) throws(RpcServiceError) -> String {
        try translating(endpoint) { () throws(ZeroMQError) in
            try socket.bind(endpoint)
            return try socket.lastEndpoint
        }
    }

    private static func translating<Value>(
        _ endpoint: String,
        _ body: () throws(ZeroMQError) -> Value
    ) throws(RpcServiceError) -> Value {
        do {
            return try body()
        } catch {
            throw RpcServiceError(.cannotBind, "\(error)", endpoint: endpoint, errno: error.errno)
        }
    }
}
