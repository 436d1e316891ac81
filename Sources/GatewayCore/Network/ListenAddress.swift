import AcquisitionModel
import AcquisitionRPC

/// Where a server listens, or is reached: a host and a port.
public struct ListenAddress: Sendable, Hashable {
    /// A name or an address; an IPv6 address without its brackets, a link-local one with its interface (`fe80::1%eth0`). To
    /// listen on, the name of an interface (`eth0`) stands for all of its addresses, and `*` for all of the machine's, of both
    /// families.
    public var host: String
    /// The port; 0 for any that is free.
    public var port: Int

    /// An address.
    public init(host: String = "127.0.0.1", port: Int) {
        self.host = host
        self.port = port
    }

    /// The port, if it is one: the network library ends the program otherwise.
    package var checkedPort: Int {
        get throws(GatewayError) {
            guard 0...65535 ~= port else { throw GatewayError(.badValue, "\(port) is no port from 0 to 65535") }
            return port
        }
    }

    /// Reads `host:port`, `[::1]:port`, `host` or a port alone; what is not there has its default.
    ///
    /// - Throws: ``GatewayError`` of the code `badValue`.
    public init(_ text: String, defaultHost: String = "127.0.0.1", defaultPort: Int) throws(GatewayError) {
        func wrong(_ why: String) -> GatewayError {
            GatewayError(
                .badValue,
                "'\(text)' is no address: \(why); write host:port, such as 127.0.0.1:\(defaultPort)"
            )
        }
        func port(_ digits: some StringProtocol) throws(GatewayError) -> Int {
            guard !digits.isEmpty, digits.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
                let port = UInt16(digits)
            else { throw wrong("'\(digits)' is no port from 0 to 65535") }
            return Int(port)
        }
        guard !text.isEmpty else { throw wrong("it is empty") }
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { throw wrong("the ']' is missing") }
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { throw wrong("after ']' only a port may stand") }
            let given: Int = try rest.isEmpty ? defaultPort : port(rest.dropFirst())
            self.init(host: String(text[text.index(after: text.startIndex)..<end]), port: given)
        } else if text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) {
            self.init(host: defaultHost, port: try port(text))
        } else if let colon = text.firstIndex(of: ":"), text[text.index(after: colon)...].contains(":") == false {
            guard colon != text.startIndex else { throw wrong("the host is missing") }
            self.init(host: String(text[..<colon]), port: try port(text[text.index(after: colon)...]))
        } else {
            self.init(host: text, port: defaultPort)
        }
        let isNameOrAddress = host.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: ":"), UInt8(ascii: "%"):
                true
            default: false
            }
        }
        guard host == "*" || !host.isEmpty && isNameOrAddress else { throw wrong("'\(host)' is no name of a machine") }
    }

    /// Whether only programs on this machine reach it, as far as that can be told without looking a name up: an address of
    /// loopback, in whatever way it is written, or `localhost`.
    public var isLoopback: Bool { IPAddress(host)?.isLoopback ?? (host.lowercased() == "localhost") }

    /// Tells whether only programs on this machine reach a listener here: for a name or an interface, what it comes to.
    package func tellIfLoopback(_ completion: @escaping @Sendable (Bool) -> Void) {
        if host == "*" { return completion(false) }
        if let interface = NetworkInterface.all.first(where: { $0.name == host }) {
            return completion(interface.addresses.allSatisfy(\.isLoopback))
        }
        HostResolver.shared.resolve(host) { answer in
            completion((try? answer.get())?.allSatisfy(\.isLoopback) ?? false)
        }
    }
}

extension ListenAddress: CustomStringConvertible {
    /// `host:port`.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
