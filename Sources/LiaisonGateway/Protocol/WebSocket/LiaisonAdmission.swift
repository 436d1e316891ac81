import GatewayCore
import NIOHTTP1

/// Who may connect. A web page of any origin can make a browser connect to this machine; only pages that are known may.
public struct LiaisonAdmission: Sendable, Hashable {
    /// The token that a client must show, as `?token=…` or `Authorization: Bearer …`; nil for none.
    public var token: String?
    /// The origins whose pages may connect, such as `https://experiment.example:8443`, beside those that this machine
    /// itself serves under `localhost`, `127.0.0.1` or `[::1]`, at any port; `*` for all. A page that was opened as a file
    /// has the origin `null` (or `file://`, which stands for the same), as pages have that hide where they are from.
    public var origins: [String]?
    /// Names under which browsers may reach the server beside the address on which it listens and those of loopback: a
    /// page cannot reach it under a name of the page's own (DNS rebinding).
    public var hosts: [String]

    /// Who may connect.
    public init(token: String? = nil, origins: [String]? = nil, hosts: [String] = []) {
        self.token = token
        self.origins = origins
        self.hosts = hosts
    }

    struct Refusal: Error, Sendable, Hashable {
        let status: HTTPResponseStatus
        let reason: String

        static let noWebSocket = Refusal(
            status: .upgradeRequired,
            reason: "Here is a WebSocket server (version 13) and nothing else"
        )
    }

    /// Looks at a handshake. Without an `Origin` it is no browser's.
    func check(_ head: HTTPRequestHead, listening address: ListenAddress) throws(Refusal) {
        // A handshake is a GET without a body (RFC 6455, section 4.1).
        let length = head.headers["content-length"]
        guard head.method == .GET, length.allSatisfy({ $0 == "0" }), !head.headers.contains(name: "transfer-encoding")
        else { throw .noWebSocket }
        let given = head.headers["origin"]
        if let origin = given.first {
            guard given.count == 1, isAllowed(origin: origin) else { throw Self.refusal(ofOrigin: origin) }
            let named = head.headers["host"]
            guard named.count == 1, isAllowed(host: named[0], address) else {
                let host = SafeText.clipped(named.first ?? "")
                let reason = "The host '\(host)' is not allowed; 'hosts' in the gateway's settings names more"
                throw Refusal(status: .forbidden, reason: reason)
            }
        }
        guard let token else { return }
        guard shown(head).contains(where: { Self.areEqual($0, token) }) else {
            throw Refusal(status: .unauthorized, reason: "A token is needed: ?token=… or Authorization: Bearer …")
        }
    }

    /// What browsers say of a page that was opened as a file; some say the beginning of its address.
    private static func isFile(_ origin: String) -> Bool {
        origin.lowercased() == "null" || origin.lowercased().hasPrefix("file:")
    }

    private static func refusal(ofOrigin origin: String) -> Refusal {
        let shown = SafeText.clipped(origin)
        let reason =
            isFile(origin)
            ? "Pages that were opened as files (the origin '\(shown)') are not allowed: serve the page from this machine, or "
                + "set origins = [\"\(shown)\"] in the gateway's settings, which lets in every page that hides its origin"
            : "Pages of the origin '\(shown)' are not allowed; 'origins' in the gateway's settings names more"
        return Refusal(status: .forbidden, reason: reason)
    }

    private func isAllowed(origin: String) -> Bool {
        let isNamed = (origins ?? []).contains { allowed in
            allowed == "*" || allowed.lowercased() == origin.lowercased() || Self.isFile(allowed) && Self.isFile(origin)
        }
        if isNamed { return true }
        for scheme in ["http://", "https://"] where origin.lowercased().hasPrefix(scheme) {
            let rest = String(origin.dropFirst(scheme.count))
            return !rest.contains("/") && (try? ListenAddress(rest, defaultPort: 80))?.isLoopback == true
        }
        return false
    }

    private func isAllowed(host text: String, _ address: ListenAddress) -> Bool {
        guard let host = try? ListenAddress(text, defaultPort: 80) else { return false }
        return host.isLoopback || ([address.host] + hosts).contains { $0.lowercased() == host.host.lowercased() }
    }

    private func shown(_ head: HTTPRequestHead) -> [String] {
        let bearer = head.headers["authorization"].compactMap { value in
            value.lowercased().hasPrefix("bearer ") ? String(value.dropFirst("bearer ".count)) : nil
        }
        let query = head.uri.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
        let named = query.split(separator: "&").filter { $0.hasPrefix("token=") }
        return bearer + named.map { Self.decoded(String($0.dropFirst("token=".count))) }
    }

    /// Compares in a time that does not tell where two tokens differ.
    static func areEqual(_ left: String, _ right: String) -> Bool {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// Text without the percent encoding of a query.
    static func decoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Substring(text).utf8
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = UInt8(String(Substring(rest.prefix(2))), radix: 16),
                rest.count >= 2
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
