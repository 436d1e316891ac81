import Foundation
import GatewayCore
import LiaisonGateway
import TestSupport
import Testing

/// Many clients at once.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct ManyTests {
    /// Lets this process have so many open files, both ends of each connection among them.
    private func allowFiles(_ count: UInt) throws {
        var limit = rlimit()
        #if canImport(Glibc)
            let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let files = RLIMIT_NOFILE
        #endif
        try #require(getrlimit(files, &limit) == 0)
        guard limit.rlim_cur < count else { return }
        limit.rlim_cur = rlim_t(count)
        try #require(setrlimit(files, &limit) == 0, "this machine does not allow \(count) open files")
    }

    @Test func aThousandClientsAreServed() async throws {
        try allowFiles(4096)
        // The thread sanitizer makes of a thousand a matter of minutes, and looks for races as well among fewer.
        let count = Sanitizer.current == .thread ? 200 : 1000
        try await Bench.run {
            $0.limits.connections = count
            $0.handshakePatience *= Sanitizer.slowdown
            $0.pingPatience *= Sanitizer.slowdown
        } body: { bench in
            let clients = (0..<count).map { _ in LiaisonClient(bench.address, options: .patient, logger: .quiet) }
            try await withThrowingTaskGroup(of: Void.self) { connections in
                defer { connections.cancelAll() }
                for client in clients { connections.addTask { try await client.run() } }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (index, client) in clients.enumerated() {
                        group.addTask {
                            let name = JSONValue.string("n\(index)")
                            let stored = try await client.request(
                                LiaisonCommand(.store, [name, JSONValue(index)]),
                                timeout: .seconds(60)
                            )
                            #expect(stored == name)
                            let value = try await client.request(LiaisonCommand(.get, [name]), timeout: .seconds(60))
                            #expect(value == JSONValue(index))
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(bench.server.clients.count == count)
                bench.server.push("all")
                for client in clients {
                    var pushes = client.pushes.makeAsyncIterator()
                    let push = await pushes.next()
                    #expect(push == "all")
                }
                // One more is one too many.
                let end = try await RawWebSocket.connect(bench.address) { socket in
                    try? await socket.send("GET / HTTP/1.1\r\n\r\n")
                    return await socket.inbound.next()
                }
                #expect(end == nil)
            }
        }
    }
}
