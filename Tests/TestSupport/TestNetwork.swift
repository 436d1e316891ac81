import Foundation
import Synchronization

/// A network of a test's own: namespaces with their own devices and addresses, made with `ip` by root.
///
/// ```swift
/// try await TestNetwork.run { network in
///     let rig = try await network.machine("rig")
///     try await rig.ip("addr add 192.168.77.1/24 dev lo")
///     let process = try rig.tool("client-app", ["--bind", "192.168.77.1"])
/// }
/// ```
public final class TestNetwork: Sendable {
    /// Whether this process may make one, and why not otherwise.
    public static let obstacle: String? = {
        #if os(Linux)
            if getuid() != 0 { return "only root may make the network namespaces that this needs" }
            let paths = ["/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip", "/bin/ip"]
            guard paths.contains(where: FileManager.default.isExecutableFile) else {
                return "the program ip (package iproute2) is not here; run Scripts/setup --tests"
            }
            return nil
        #else
            return "network namespaces are Linux's"
        #endif
    }()

    /// Whether tests that need one are to run: where they can, and where they must (`ACQUISITION_NETWORK_TESTS=required`, as
    /// in `.ci/run`), so that they fail there and are not skipped in silence.
    public static var isToRun: Bool {
        obstacle == nil || ProcessInfo.processInfo.environment["ACQUISITION_NETWORK_TESTS"] == "required"
    }

    /// The beginning of all of its names.
    public let prefix: String

    private static let count = Atomic(0)

    private init() {
        prefix = "rpc\(getpid())n\(Self.count.add(1, ordering: .relaxed).newValue)"
    }

    /// Runs `body` with a network, and takes it down whatever happens.
    public static func run(_ body: (TestNetwork) async throws -> Void) async throws {
        if let obstacle { throw Failure(description: "There is no network to test with: \(obstacle)") }
        let network = TestNetwork()
        do {
            try await body(network)
        } catch {
            await network.remove()
            throw error
        }
        await network.remove()
    }

    /// Makes a machine: a namespace with nothing but loopback, which is up.
    ///
    /// - Parameters:
    ///   - name: what it is called, in a letter or two.
    ///   - hasIPv6: whether it has IPv6.
    public func machine(_ name: String, hasIPv6: Bool = true) async throws -> Machine {
        let machine = Machine(namespace: prefix + name)
        try await Self.ip(["netns", "add", machine.namespace])
        // No address is tried out for a second before it may be used.
        let (file, value) = hasIPv6 ? ("accept_dad", 0) : ("disable_ipv6", 1)
        try await machine.shell("for of in all default; do echo \(value) >/proc/sys/net/ipv6/conf/$of/\(file); done")
        try await machine.ip("link set lo up")
        return machine
    }

    /// Connects a device of one machine with a device of another.
    public func connect(_ first: Machine, _ device: String, _ second: Machine, _ other: String) async throws {
        let words = "link add \(device) netns \(first.namespace) type veth peer name \(other) netns \(second.namespace)"
        try await Self.ip(words.split(separator: " ").map(String.init))
    }

    /// Devices go with their namespaces.
    private func remove() async {
        let list = try? ToolProcess("/usr/bin/env", ["ip", "netns", "list"])
        _ = await list?.status()
        for line in list?.outputSoFar.split(separator: "\n") ?? [] where line.hasPrefix(prefix) {
            let name = line.prefix { $0 != " " }
            try? await Self.ip(["netns", "del", String(name)])
        }
    }

    /// Runs `ip`.
    static func ip(_ arguments: [String]) async throws {
        let process = try ToolProcess("/usr/bin/env", ["ip"] + arguments)
        guard await process.status() == 0 else {
            throw Failure(description: "ip \(arguments.joined(separator: " ")): \(process.errorsSoFar)")
        }
    }

    struct Failure: Error, CustomStringConvertible { let description: String }

    /// One machine of the network.
    public struct Machine: Sendable {
        let namespace: String

        /// Runs `ip` on it.
        public func ip(_ words: String) async throws {
            try await TestNetwork.ip(["-n", namespace] + words.split(separator: " ").map(String.init))
        }

        /// Runs a line of the shell on it, to its end; what it printed.
        @discardableResult
        public func shell(_ line: String) async throws -> String {
            let process = try run("/bin/sh", ["-c", line])
            guard await process.status() == 0 else { throw Failure(description: "\(line): \(process.errorsSoFar)") }
            return process.outputSoFar
        }

        /// Starts a program on it.
        ///
        /// - Parameter hosts: the lines of its own `/etc/hosts`; nil for that of the real machine.
        public func run(_ program: String, _ arguments: [String], hosts: String? = nil) throws -> ToolProcess {
            let namespaced = ["ip", "netns", "exec", namespace]
            guard let hosts else { return try ToolProcess("/usr/bin/env", namespaced + [program] + arguments) }
            // The namespace of mounts is the process's own as well.
            let script = """
                file=$(mktemp) && printf '%s\\n' "$0" >"$file" && chmod 644 "$file" && mount --bind "$file" /etc/hosts \
                && rm "$file" && exec "$@"
                """
            return try ToolProcess("/usr/bin/env", namespaced + ["sh", "-c", script, hosts, program] + arguments)
        }

        /// Starts one of this package's tools on it.
        public func tool(_ name: String, _ arguments: [String], hosts: String? = nil) throws -> ToolProcess {
            try run(ToolProcess.products.appending(path: name).path, arguments, hosts: hosts)
        }
    }
}
