import DareplaneGateway
import GatewayCore
import NIOCore
import Testing

extension ControlRoomTests {
    /// Callbacks that come in pieces, from a module that writes slowly to the log and the events of the control room.
    @Suite struct PiecewiseCallbackTests {
        /// A control room whose module `mod-b` writes these pieces, 60 ms apart, and tells what it is sent.
        private static func run(
            _ pieces: [String],
            _ body: @escaping @Sendable (RoomEvents, LogLines, AsyncStream<String>) async throws -> Void
        ) async throws {
            let listener = try await TCPListener.bind(ListenAddress(port: 0), logger: .silent)
            let (received, inlet) = AsyncStream.makeStream(of: String.self)
            let (events, log) = (RoomEvents(), LogLines())
            let configuration = try RoomBench.configuration(
                """
                [exe.modules.mod-b]
                ip = "127.0.0.1"
                port = \(listener.address.port)
                pcomms = ["GO"]
                """
            )
            let room = ControlRoom(configuration, logger: log.logger, onEvent: events.add)
            try await withThrowingTaskGroup(of: Void.self) { group in
                defer { group.cancelAll() }
                group.addTask {
                    try await listener.serve { channel in
                        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                    } handle: { channel in
                        try await channel.executeThenClose { inbound, outbound in
                            try await outbound.write(ByteBuffer(string: "Connected to mod-b\n"))
                            for piece in pieces {
                                try await Task.sleep(for: .milliseconds(60))
                                try await outbound.write(ByteBuffer(string: piece))
                            }
                            for try await buffer in inbound { inlet.yield(String(buffer: buffer)) }
                        }
                    }
                }
                group.addTask { await room.run() }
                try await body(events, log, received)
            }
        }

        @Test(arguments: [
            ["mod-b|GO|", #"{"a": 1}"#], ["mod-b", "|GO", #"|{"a": 1}"#], [#"mod-b|GO|{"a""#, ": 1}"],
            ["mod", #"-b|GO|{"a": "#, "1", "}"],
        ])
        func `One in pieces is passed on`(pieces: [String]) async throws {
            try await Self.run(pieces) { events, _, received in
                try await events.wait(for: .callbackPassed(from: "mod-b", to: "mod-b", command: "GO"))
                #expect(await received.first { _ in true } == #"GO|{"a": 1};"#)
            }
        }

        @Test(arguments: [("mod-b|GO", "has one '|'"), (#"mod-b|GO|{"a": 1"#, "was not completed")])
        func `One that is not completed is rejected, and the next one is passed on`(text: String, words: String)
            async throws
        {
            try await Self.run([text] + Array(repeating: "", count: 10) + ["mod-b|GO|{}"]) { events, log, received in
                let (callback, reason) = try await events.rejected(from: "mod-b")
                #expect(callback == text && reason.contains(words), "\(callback): \(reason)")
                #expect(await log.line(with: "error A callback was rejected", "from=mod-b", text) != nil)
                #expect(await received.first { _ in true } == "GO|{};")
            }
        }
    }
}
