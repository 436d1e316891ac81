import AcquisitionRPC
public import GatewayCore

/// Where a rig is: `udp://192.168.0.4:11001` (`protocol/iblutil.md`, I3).
///
/// Without a scheme it is UDP. `tcp`, `ws` and `wss` all mean plain TCP: no WebSocket handshake, no TLS.
public struct RigURI: Sendable, Hashable {
    /// How messages travel.
    public enum Transport: String, Sendable, Hashable, CaseIterable {
        /// One datagram a message.
        case udp
        /// One connection, and nothing between the messages.
        case tcp
    }

    /// The port where rigs listen unless told otherwise (I1).
    public static let defaultPort = 11001

    /// How messages travel.
    public var transport: Transport
    /// The machine and the port.
    public var address: ListenAddress

    /// A place; port 0 for any that is free, to listen on.
    public init(_ transport: Transport = .udp, host: String = "127.0.0.1", port: Int = defaultPort) {
        self.transport = transport
        address = ListenAddress(host: host, port: port)
    }

    /// Reads `udp://host:port`, `tcp://host:port`, `host:port` or `host`.
    ///
    /// An IPv6 address with a port stands in brackets: `udp://[fe80::1%eth0]:11001`. Names are taken as they are, and looked up when
    /// they are needed; `localhost` is 127.0.0.1, as for the original. To listen on, `*` is all of both families.
    ///
    /// - Parameters:
    ///   - text: the address.
    ///   - allowsAnyPort: whether port 0 may be given, to listen on any that is free.
    /// - Throws: `GatewayError` of the code `badValue`.
    public init(_ text: String, allowsAnyPort: Bool = false) throws(GatewayError) {
        func wrong(_ why: String) -> GatewayError {
            GatewayError(.badValue, "'\(text)' is no address of a rig: \(why); write udp://host:\(Self.defaultPort)")
        }
        var rest = text[...]
        var transport = Transport.udp
        if let end = text.firstRange(of: "://") {
            switch text[..<end.lowerBound].lowercased() {
            case "udp": transport = .udp
            case "tcp", "ws", "wss": transport = .tcp
            case let scheme: throw wrong("'\(scheme)' is neither udp nor tcp (nor ws, which means tcp here)")
            }
            rest = text[end.upperBound...]
        }
        // As the original takes it, a colon with nothing behind it leaves the usual port.
        let written = rest.hasSuffix(":") && !rest.hasSuffix("::") ? rest.dropLast() : rest
        guard !written.isEmpty, !written.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw wrong("'\(written)' is no name of a machine and no address")
        }
        let place = try ListenAddress(String(written), defaultPort: Self.defaultPort)
        guard Self.isName(place.host) || place.host == "*" || IPAddress(place.host) != nil else {
            throw wrong("'\(place.host)' is no name of a machine and no address")
        }
        guard place.port > 0 || allowsAnyPort else { throw wrong("'0' is no port from 1 to 65535") }
        self.init(transport, host: place.host == "localhost" ? "127.0.0.1" : place.host, port: place.port)
    }

    /// What the original takes for a name; an underscore is not in it.
    private static func isName(_ host: String) -> Bool {
        !host.isEmpty
            && host.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}

extension RigURI: CustomStringConvertible {
    /// `udp://host:port`
    public var description: String { "\(transport.rawValue)://\(address)" }
}
