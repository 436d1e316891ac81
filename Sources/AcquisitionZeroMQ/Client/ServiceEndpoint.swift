import AcquisitionRPC

/// Where a socket of a client connects: an endpoint, whose host may be a name that stands for several addresses.
struct ServiceEndpoint: Sendable, Hashable {
    /// What libzmq is told to connect to: no name, which it would look up by itself, on the thread that all of the process's
    /// connections share.
    struct Target: Sendable, Hashable {
        let endpoint: String
        let isIPv6: Bool
    }

    /// As it was given.
    let text: String
    /// The name to look up; nil where the endpoint says by itself where it is.
    let name: String?
    /// Where it is; nil where that depends on the name.
    let target: Target?
    private let port: String

    /// Reads an endpoint.
    ///
    /// - Throws: `AddressError` for a host that cannot be one, or no port.
    init(_ text: String) throws(AddressError) {
        self.text = text
        let scheme = "tcp://"
        // With a semicolon libzmq is also told from where to connect.
        guard text.hasPrefix(scheme), !text.contains(";"), let colon = text.lastIndex(of: ":") else {
            (name, port) = (nil, "")
            target = Target(endpoint: text, isIPv6: text.contains("["))
            return
        }
        let digits = String(text[text.index(after: colon)...])
        guard let number = UInt16(digits), number > 0, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw AddressError(
                .malformed,
                "'\(text)' is no endpoint of a service: '\(digits)' is no port from 1 to 65535"
            )
        }
        port = digits
        let host = text[..<colon].dropFirst(scheme.count)
        let name = try HostResolver.checked(String(host))
        guard let address = IPAddress(name) else {
            (self.name, target) = (name, nil)
            return
        }
        guard !address.isLinkLocal || address.scope != 0 else {
            throw AddressError(
                .malformed,
                "'\(address)' needs the interface on which it lies: write \(address)%eth0, for instance"
            )
        }
        self.name = nil
        target = Self.target(address, port)
    }

    /// Where it is if its name is at this address.
    func target(at address: IPAddress) -> Target { Self.target(address, port) }

    private static func target(_ address: IPAddress, _ port: String) -> Target {
        Target(endpoint: "tcp://\(address.inEndpoint):\(port)", isIPv6: address.isIPv6)
    }
}
