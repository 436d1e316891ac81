import GatewayCore
import Logging
import NIOCore

/// A module that answers as a test says, and tells what it was sent.
struct FakeModule: Sendable {
    /// How it greets; "" for not at all.
    let greeting: String
    /// What it answers to a segment.
    let answers: [String: String]
    private let stream: AsyncStream<String>
    private let inlet: AsyncStream<String>.Continuation

    init(greeting: String = "Connected to fake\n", answers: [String: String] = [:]) {
        self.greeting = greeting
        self.answers = answers
        (stream, inlet) = AsyncStream.makeStream()
    }

    /// Everything that it was sent until its first connection was closed. Once.
    func received() async -> String { await stream.reduce("", +) }

    /// Serves while `body` runs.
    func whileRunning<Result: Sendable>(
        _ body: (ListenAddress) async throws -> Result
    ) async throws -> Result {
        let listener = try await TCPListener.bind(ListenAddress(port: 0), logger: .silent)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                try await listener.serve { channel in
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                } handle: { channel in
                    try await channel.executeThenClose { inbound, outbound in
                        if !greeting.isEmpty { try await outbound.write(ByteBuffer(string: greeting)) }
                        for try await buffer in inbound {
                            let text = String(buffer: buffer)
                            inlet.yield(text)
                            if let answer = answers[text] { try await outbound.write(ByteBuffer(string: answer)) }
                        }
                        inlet.finish()
                    }
                }
            }
            return try await body(listener.address)
        }
    }
}
