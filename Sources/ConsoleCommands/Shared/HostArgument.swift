/// Where an application runs, as people write it: a name or an address, and behind it the command port where that is not
/// the usual one: `rig-1`, `rig-1:6757`, `::1`, `[::1]:6757`, `tcp://127.0.0.1:6757`.
package struct HostArgument: Sendable, Hashable, CustomStringConvertible {
    /// The name or the address; an IPv6 address without its brackets.
    package var host: String
    /// The command port; nil where none was written.
    package var port: UInt16?

    init(_ host: String, port: UInt16?) {
        self.host = host
        self.port = port
    }

    /// What `text` means.
    ///
    /// - Throws: ``Problem`` for what is no host, or no port.
    package init(_ text: String) throws(Problem) {
        let rest = text.hasPrefix("tcp://") ? text.dropFirst("tcp://".count) : text[...]
        // Endpoints of other kinds have no port.
        if rest.contains("://") {
            host = text
            return
        }
        guard !rest.contains("/") else { throw Problem("a host is a name or an address, without a path") }
        if rest.hasPrefix("[") {
            guard let end = rest.firstIndex(of: "]") else { throw Problem("the ']' is missing") }
            host = String(rest[rest.index(after: rest.startIndex)..<end])
            let behind = rest[rest.index(after: end)...]
            guard behind.isEmpty || behind.hasPrefix(":") else {
                throw Problem("behind ']' only a port may stand, as in [::1]:5557")
            }
            port = behind.isEmpty ? nil : try Self.port(behind.dropFirst())
        } else if let colon = rest.firstIndex(of: ":"), !rest[rest.index(after: colon)...].contains(":") {
            host = String(rest[..<colon])
            port = try Self.port(rest[rest.index(after: colon)...])
        } else {
            host = String(rest)
        }
        guard !host.isEmpty else { throw Problem("the name or address of a machine is missing") }
    }

    private static func port(_ digits: Substring) throws(Problem) -> UInt16 {
        guard let port = UInt16(digits), port > 0 else {
            throw Problem("'\(digits)' is no port; \(NumberArgument.portExpectation)")
        }
        return port
    }

    /// ``init(_:)`` for options.
    package static func parse(_ text: String) throws -> HostArgument { try HostArgument(text) }

    /// What to write instead of a text that is no host.
    package static let expectation = "the name or address of a machine, and a port from 1 to 65535 behind it if need be"

    /// What is wrong with a text.
    package struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
        package let description: String
        init(_ description: String) { self.description = description }
    }

    /// As it can be written again.
    package var description: String {
        let name = host.contains(":") && port != nil ? "[\(host)]" : host
        return port.map { "\(name):\($0)" } ?? name
    }
}
