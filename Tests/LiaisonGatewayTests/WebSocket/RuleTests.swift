import GatewayCore
import LiaisonGateway
import TestSupport
import Testing

/// The rules of WebSocket, kept and broken, over a real connection.
@Suite(.timeLimit(.minutes(1)))
struct RuleTests {
    private static let ping = #"{"command": {"command": "ping"}, "id": 1}"#
    private static let pong =
        #"{"response": "pong", "tag": "response", "evt": {"command": {"command": "ping"}, "id": 1}}"#

    /// What the server sends when it is sent this.
    private func exchange<Value: Sendable>(
        _ bytes: [UInt8],
        _ body: @Sendable (RawWebSocket) async throws -> Value
    ) async throws -> Value {
        try await Bench.run { bench in
            try await RawWebSocket.connect(bench.address) { socket in
                let head = try await socket.shakeHands()
                #expect(head.hasPrefix("HTTP/1.1 101 "))
                #expect(head.lowercased().contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="))
                try await socket.send(bytes)
                return try await body(socket)
            }
        }
    }

    static let goodFrames: [[UInt8]] = [
        RawWebSocket.text(ping),
        RawWebSocket.frame(0x82, Array(ping.utf8)),
        // In pieces, with a ping between them, and an empty piece.
        RawWebSocket.frame(0x01, Array(ping.utf8.prefix(5))) + RawWebSocket.frame(0x89, [1, 2])
            + RawWebSocket.frame(0x00, []) + RawWebSocket.frame(0x80, Array(ping.utf8.dropFirst(5))),
        // A message that is none goes before (L13): no reply.
        RawWebSocket.text("hello") + RawWebSocket.text("") + RawWebSocket.frame(0x82, [0xFF]) + RawWebSocket.text(ping),
        // A pong that nobody asked for.
        RawWebSocket.frame(0x8A, []) + RawWebSocket.text(ping),
    ]

    @Test(arguments: goodFrames)
    func isAnswered(_ bytes: [UInt8]) async throws {
        let reply = try await exchange(bytes) { await $0.frame { $0 == 0x81 } }
        #expect(reply.map { String(decoding: $0.payload, as: UTF8.self) } == Self.pong)
    }

    @Test func aPingIsAnsweredWithItsData() async throws {
        let pong = try await exchange(RawWebSocket.frame(0x89, [7, 8, 9])) { await $0.frame() }
        #expect(pong?.first == 0x8A && pong?.payload == [7, 8, 9])
    }

    struct BadFrames: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        let code: Int

        init(_ name: String, _ bytes: [UInt8], _ code: Int) {
            (testDescription, self.bytes, self.code) = (name, bytes, code)
        }
    }

    static let badFrames: [BadFrames] = [
        .init("not masked", RawWebSocket.frame(0x81, Array(ping.utf8), isMasked: false), 1002),
        .init("a reserved bit", RawWebSocket.frame(0xC1, Array(ping.utf8)), 1002),
        .init("an unknown kind", RawWebSocket.frame(0x83, []), 1002),
        .init("an unknown control kind", RawWebSocket.frame(0x8B, []), 1002),
        .init("goes on without a beginning", RawWebSocket.frame(0x80, [1]), 1002),
        .init("begins within another", RawWebSocket.frame(0x01, [1]) + RawWebSocket.frame(0x81, [1]), 1002),
        .init("a long ping", RawWebSocket.frame(0x89, [UInt8](repeating: 1, count: 126)), 1002),
        .init("a ping in pieces", RawWebSocket.frame(0x09, [1]), 1002),
        .init("text that is no UTF-8", RawWebSocket.frame(0x81, [0x22, 0xC3, 0x22]), 1007),
        .init("a close frame with one byte", RawWebSocket.frame(0x88, [3]), 1002),
        .init("a close frame with a code that is none", RawWebSocket.frame(0x88, [0x03, 0xED]), 1002),
        .init("a close frame whose reason is no UTF-8", RawWebSocket.frame(0x88, [0x03, 0xE8, 0xFF]), 1007),
        .init(
            "a frame that is too large",
            RawWebSocket.frame(0x81, [UInt8](repeating: 0x20, count: (1 << 20) + 1)),
            1009
        ),
        .init("a length without end", [0x81, 0xFF] + [UInt8](repeating: 0xFF, count: 8), 1009),
        .init(
            "pieces that are too large together",
            RawWebSocket.frame(0x01, [UInt8](repeating: 0x20, count: 1 << 20)) + RawWebSocket.frame(0x80, [1]),
            1009
        ),
        .init("closing", RawWebSocket.frame(0x88, [0x03, 0xE8]), 1000),
        .init("closing with a code of one's own", RawWebSocket.frame(0x88, [0x0F, 0xA0]), 4000),
        .init("closing without a code", RawWebSocket.frame(0x88, []), 1000),
    ]

    @Test(arguments: badFrames)
    func isClosed(_ bad: BadFrames) async throws {
        let (closed, after) = try await exchange(bad.bytes) { socket in
            // What follows is ignored.
            try? await socket.send(RawWebSocket.text(Self.ping))
            return (await socket.closeCode(), await socket.frame())
        }
        #expect(closed == bad.code)
        #expect(after == nil)
    }

    /// However it arrives, its sender reads why it was too much.
    @Test func aFrameThatIsTooLargeMayComeInPieces() async throws {
        let frame = RawWebSocket.frame(0x81, [UInt8](repeating: 0x20, count: (1 << 20) + 1))
        for _ in 0..<50 {
            let closed = try await exchange(Array(frame[..<1000])) { socket in
                for start in stride(from: 1000, to: frame.count, by: 50_000) {
                    try? await socket.send(Array(frame[start..<min(start + 50_000, frame.count)]))
                }
                return await socket.closeCode()
            }
            #expect(closed == 1009)
        }
    }

    /// A message of exactly 1 MiB is taken.
    @Test func theLargestMessageIsTaken() async throws {
        let padding = String(repeating: " ", count: (1 << 20) - Self.ping.utf8.count)
        let reply = try await exchange(RawWebSocket.text(Self.ping + padding)) { await $0.frame { $0 == 0x81 } }
        #expect(reply != nil)
    }

    @Test func aServerThatEndsSaysSo() async throws {
        let companion = LiaisonCompanion()
        let (sockets, connected) = AsyncStream.makeStream(of: Void.self)
        let (addresses, told) = AsyncStream.makeStream(of: ListenAddress.self)
        var options = LiaisonServer.Options(listen: ListenAddress(port: 0))
        options.handshakePatience = .seconds(60)
        let server = LiaisonServer(companion: companion, options: options, logger: .quiet)
        let running = Task { try await server.run { told.yield($0) } }
        let address = try #require(await addresses.first { _ in true })
        let client = Task {
            try await RawWebSocket.connect(address) { socket in
                _ = try await socket.shakeHands()
                connected.yield()
                return await socket.closeCode()
            }
        }
        _ = await sockets.first { _ in true }
        try await wait { !server.clients.isEmpty }
        running.cancel()
        #expect(try await client.value == 1001)
        _ = await running.result
    }

    /// Bytes that are no frames, or no handshake, end their connection and nothing else.
    @Test func junkEndsItsConnectionOnly() async throws {
        var random = SeededGenerator()
        var junk: [[UInt8]] = []
        for _ in 0..<Heavy.count(2000, short: 100) {
            let count = Int.random(in: 1...200, using: &random)
            junk.append((0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) })
        }
        let (seed, all) = (random.seed, junk)
        try await Bench.run { bench in
            for (index, bytes) in all.enumerated() {
                try await RawWebSocket.connect(bench.address) { socket in
                    if index.isMultiple(of: 2) { _ = try await socket.shakeHands() }
                    try? await socket.send(bytes)
                }
            }
            let answer = try await bench.client { try await $0.request(LiaisonCommand(.ping)) }
            #expect(answer == "pong", "seed \(seed)")
        }
    }
}
