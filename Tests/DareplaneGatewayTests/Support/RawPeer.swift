import GatewayCore
import NIOCore
import NIOPosix

/// A connection over which a test sends any bytes, and reads what comes.
struct RawPeer {
    private var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    /// What came and was not read yet.
    private(set) var received = ""
    /// Whether the other side has closed the connection.
    private(set) var isOver = false

    /// Connects, and closes the connection after `body`.
    static func connect<Result: Sendable>(
        to address: ListenAddress,
        _ body: (inout RawPeer) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .connect(host: address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var peer = RawPeer(iterator: inbound.makeAsyncIterator(), outbound: outbound)
            return try await body(&peer)
        }
    }

    private init(
        iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
        outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.iterator = iterator
        self.outbound = outbound
    }

    func send(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }

    func send(_ bytes: [UInt8]) async throws { try await outbound.write(ByteBuffer(bytes: bytes)) }

    /// Everything up to the end of `text`, which is waited for; what there is where the connection ends before.
    mutating func read(through text: String) async throws -> String {
        while true {
            if let range = received.utf8.firstRange(of: text.utf8) {
                defer { received = String(received[range.upperBound...]) }
                return String(received[..<range.upperBound])
            }
            guard try await readMore() else {
                defer { received = "" }
                return received
            }
        }
    }

    /// What comes at once, as far as this side sees; "" where the connection ended.
    mutating func readPiece() async throws -> String {
        if received.isEmpty { _ = try await readMore() }
        defer { received = "" }
        return received
    }

    private mutating func readMore() async throws -> Bool {
        guard !isOver, let buffer = try await iterator.next() else {
            isOver = true
            return false
        }
        received += String(buffer: buffer)
        return true
    }
}
