import GatewayCore
import Logging
import NIOCore
import NIOPosix
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct TCPListenerTests {
    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>
    private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Serves while `body` runs, and says what each connection sent until it ended.
    private func serving(
        _ limits: GatewayLimits = GatewayLimits(),
        _ body: @Sendable (ListenAddress, AsyncStream<String>) async throws -> Void
    ) async throws {
        let listener = try await TCPListener.bind(ListenAddress(port: 0), limits: limits, logger: quiet)
        let (texts, continuation) = AsyncStream.makeStream(of: String.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await listener.serve { channel in
                    try Connection(wrappingChannelSynchronously: channel)
                } handle: { connection in
                    try await connection.executeThenClose { inbound, outbound in
                        // Whoever has left already is read all the same.
                        try? await outbound.write(ByteBuffer(string: "hello"))
                        var text = ""
                        do {
                            for try await buffer in inbound { text += String(buffer: buffer) }
                        } catch {
                            // It left without having read.
                        }
                        continuation.yield(text)
                    }
                }
            }
            try await body(listener.address, texts)
            group.cancelAll()
        }
    }

    private func connect(to address: ListenAddress) async throws -> any Channel {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: address.host, port: address.port).get()
    }

    /// Whether a new connection is served.
    private func isGreeted(at address: ListenAddress) async throws -> Bool {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture { try Connection(wrappingChannelSynchronously: channel) }
            }
        return try await channel.executeThenClose { inbound, _ in
            do {
                for try await _ in inbound { return true }
            } catch {
                // It was closed.
            }
            return false
        }
    }

    /// Whoever sends and leaves at once was there all the same.
    @Test func whatIsSentByThoseWhoLeaveAtOnceIsRead() async throws {
        try await serving { address, texts in
            var seen = texts.makeAsyncIterator()
            for number in 0..<200 {
                let channel = try await connect(to: address)
                try await channel.writeAndFlush(ByteBuffer(string: "\(number)")).get()
                try await channel.close().get()
                #expect(await seen.next() == "\(number)")
            }
        }
    }

    @Test func oneConnectionTooManyIsClosed() async throws {
        try await serving(GatewayLimits(connections: 2)) { address, texts in
            let (closed, inlet) = AsyncStream.makeStream(of: Int.self)
            var connections: [any Channel] = []
            for index in 0..<3 {
                let connection = try await connect(to: address)
                connection.closeFuture.whenComplete { _ in inlet.yield(index) }
                connections.append(connection)
            }
            // Which of them is one too many is not said: they are taken in at the same time.
            let refused = try #require(await closed.first { _ in true })
            connections.remove(at: refused)
            try await connections[0].close().get()
            var seen = texts.makeAsyncIterator()
            #expect(await seen.next() == "")
            // Its place is free again, though maybe not at once.
            while try await !isGreeted(at: address) {}
            try await connections[1].close().get()
        }
    }

    /// A reserve so large that only a few connections find a descriptor beside it: who is over it is closed, those that stand
    /// are not, and there is room again when they leave.
    @Test func theReserveOfDescriptorsIsKept() async throws {
        let limit = try #require(DescriptorLimit.ofProcess?.current)
        // Room for forty more. Each connection takes two here, where both its ends are.
        let free = (0..<40).map { _ in dup(STDERR_FILENO) }
        let highest = try #require(free.max())
        for descriptor in free { close(descriptor) }
        let reserve = limit - Int(highest) - 1
        try await serving(GatewayLimits(connections: 1_000, reservedDescriptors: reserve)) { address, _ in
            #expect(try await isGreeted(at: address))
            var connections: [any Channel] = []
            let closed = Mutex(0)
            while closed.withLock({ $0 }) == 0, connections.count < 200 {
                let connection = try await connect(to: address)
                connection.closeFuture.whenComplete { _ in closed.withLock { $0 += 1 } }
                connections.append(connection)
            }
            #expect(closed.withLock { $0 } > 0 && connections.count > 5)
            #expect(connections.first?.isActive == true)
            for connection in connections { try? await connection.close().get() }
            while try await !isGreeted(at: address) {}
        }
    }

    @Test func aPortThatIsTakenIsNamed() async throws {
        try await serving { address, _ in
            let error = await #expect(throws: GatewayError.self) {
                _ = try await TCPListener.bind(address, logger: quiet)
            }
            #expect(error?.code == .cannotListen)
            #expect(error?.message.contains("\(address)") == true)
        }
    }

    /// However the end and new connections cross, nothing is left and nothing ends the program.
    @Test func theEndMayCrossConnections() async throws {
        for _ in 0..<100 {
            try await serving { address, _ in
                for _ in 0..<5 { _ = try await connect(to: address) }
            }
        }
    }
}
