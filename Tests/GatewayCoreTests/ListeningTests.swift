import GatewayCore
import Logging
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import AcquisitionRPC

/// Where gateways listen and connect.
@Suite(.timeLimit(.minutes(1)))
struct ListeningTests {
    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>
    private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Serves at `host` while `body` runs, and greets everybody with their own address.
    private func serving(_ host: String, _ body: @Sendable (ListenAddress) async throws -> Void) async throws {
        let listener = try await TCPListener.bind(ListenAddress(host: host, port: 0), logger: quiet)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await listener.serve { channel in
                    (try Connection(wrappingChannelSynchronously: channel), channel.remoteAddress?.words ?? "-")
                } handle: { connection, peer in
                    try await connection.executeThenClose { _, outbound in
                        try await outbound.write(ByteBuffer(string: peer))
                    }
                }
            }
            try await body(listener.address)
            group.cancelAll()
        }
    }

    private func greeting(_ host: String, _ port: Int) async throws -> String {
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let channel = try await ClientBootstrap(group: eventLoop)
            .resolver(SharedResolver(eventLoop))
            .connect(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture { try Connection(wrappingChannelSynchronously: channel) }
            }
        return try await channel.executeThenClose { inbound, _ in
            var text = ""
            for try await buffer in inbound { text += String(buffer: buffer) }
            return text
        }
    }

    @Test(arguments: [
        ("127.0.0.1", ["127.0.0.1"]), ("::1", ["::1"]), ("*", ["127.0.0.1", "::1"]), ("::", ["127.0.0.1", "::1"]),
        ("0.0.0.0", ["127.0.0.1"]), ("lo", ["127.0.0.1", "::1"]), ("127.1", ["127.0.0.1"]),
    ])
    func everyAddressIsServed(_ host: String, _ reached: [String]) async throws {
        guard NetworkInterface.all.contains(where: { $0.name == "lo" && $0.addresses.count == 2 }) else { return }
        try await serving(host) { address in
            #expect(address.host == host && address.port > 0)
            for host in reached {
                let peer = try await greeting(host, address.port)
                // An IPv4 peer is told as one.
                #expect(peer.hasPrefix(host.contains(":") ? "[\(host)]:" : "\(host):"), "\(peer)")
            }
            if !reached.contains("::1") {
                await #expect(throws: (any Error).self) { try await greeting("::1", address.port) }
            }
        }
    }

    @Test func localhostIsServedAtAllItsAddresses() async throws {
        try await serving("localhost") { address in
            for found in try await HostResolver.shared.addresses(of: "localhost") where found.isHere {
                #expect(try await greeting("\(found)", address.port).isEmpty == false)
            }
            #expect(try await greeting("localhost", address.port).isEmpty == false)
        }
    }

    @Test(arguments: ["rig-9.invalid", "203.0.113.77", "fe80::1%nosuchdevice", "fe80::1"])
    func whatIsNotHereIsToldInASentence(_ host: String) async throws {
        let error = await #expect(throws: GatewayError.self) {
            _ = try await TCPListener.bind(ListenAddress(host: host, port: 0), logger: quiet)
        }
        #expect(error?.code == .cannotListen && error?.message.contains(host) == true, "\(error?.message ?? "")")
    }

    @Test func aNameThatDoesNotResolveIsToldAsEverywhere() async throws {
        let error = await #expect(throws: (any Error).self) { try await greeting("rig-9.invalid", 1) }
        let words = NetworkReason.words(try #require(error))
        #expect(words.contains("The name 'rig-9.invalid'") || words.contains("of the name 'rig-9.invalid'"), "\(words)")
    }

    @Test(arguments: [
        ("*:80", "*", 80), ("[::1]:80", "::1", 80), ("fe80::1%eth0", "fe80::1%eth0", 8080),
        ("[fe80::1%eth0]:5556", "fe80::1%eth0", 5556), ("docker0:1", "docker0", 1), ("*", "*", 8080),
    ])
    func addressesAreRead(_ text: String, _ host: String, _ port: Int) throws {
        let address = try ListenAddress(text, defaultPort: 8080)
        #expect(address == ListenAddress(host: host, port: port))
        #expect(try ListenAddress("\(address)", defaultPort: 1) == address)
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.1", true), ("0x7f000001", true), ("::1", true), ("::ffff:127.0.0.1", true),
        ("LOCALHOST", true), ("0.0.0.0", false), ("::", false), ("*", false), ("192.0.2.1", false),
        ("127.0.0.1.evil", false),
        ("127.evil.example", false), ("::ffff:192.0.2.1", false), ("localhost.evil.example", false),
    ])
    func whatIsLoopback(_ host: String, _ isLoopback: Bool) {
        #expect(ListenAddress(host: host, port: 1).isLoopback == isLoopback)
    }
}
