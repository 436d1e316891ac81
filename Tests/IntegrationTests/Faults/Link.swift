#if os(Linux)
    import Foundation
    import TestSupport
    import Testing

    /// Two virtual network devices, of which the far one lies in a network namespace. Only root may make them.
    struct Link {
        /// Whether they can be made here.
        static var isPossible: Bool { getuid() == 0 }

        let namespace: String
        let far: String
        private let near: String
        private let other: String

        /// - Parameter mark: a letter that no other link of this process has.
        init(_ mark: Character) async throws {
            namespace = "rpc\(getpid())\(mark)"
            let subnet = "10.\(220 + Int(mark.asciiValue ?? 0) % 32).\(getpid() % 250)"
            (far, near, other) = ("\(subnet).1", "\(subnet).2", "\(subnet).3")
            let (inside, outside) = (namespace + "f", namespace + "n")
            try await Self.ip("netns add \(namespace)")
            try await Self.ip("link add \(outside) type veth peer name \(inside) netns \(namespace)")
            try await Self.ip("addr add \(near)/24 dev \(outside)")
            try await Self.ip("link set \(outside) up")
            try await Self.ip("-n \(namespace) addr add \(far)/24 dev \(inside)")
            try await Self.ip("-n \(namespace) link set \(inside) up")
        }

        func set(_ state: String) async throws { try await Self.ip("link set \(namespace)n \(state)") }

        /// The near end gets another address, as when a machine changes its network.
        func replaceAddress() async throws {
            try await Self.ip("addr del \(near)/24 dev \(namespace)n")
            try await Self.ip("addr add \(other)/24 dev \(namespace)n")
        }

        /// The devices go with their namespace.
        func remove() async { try? await Self.ip("netns del \(namespace)") }

        private static func ip(_ arguments: String) async throws {
            let process = try ToolProcess("/usr/bin/env", ["ip"] + arguments.split(separator: " ").map(String.init))
            let status = await process.status()
            try #require(status == 0, "ip \(arguments): \(process.errorsSoFar)")
        }
    }
#endif
