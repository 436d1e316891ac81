import GatewayCore
import Logging
import NIOCore
import NIOPosix

extension Communicator {
    private typealias Connection = NIOAsyncChannel<ByteBuffer, Never>

    /// Serves TCP connections until the task is cancelled: each has a conversation of its own. (The original writes
    /// everything to the newest one, `protocol/iblutil.md`, I19.)
    func serveConnections(_ onListening: @escaping @Sendable (RigURI) -> Void) async throws {
        let listener = try await TCPListener.bind(uri.address, limits: limits, logger: logger)
        begin(server: nil)
        onListening(RigURI(.tcp, host: listener.address.host, port: listener.address.port))
        try await listener.serve { channel in
            try Connection(wrappingChannelSynchronously: channel)
        } handle: { [self] connection in
            try await talk(over: connection) { _ in }
        }
    }

    /// Talks over one connection until the task is cancelled or the peer goes.
    func keepConnection(_ onListening: @escaping @Sendable (RigURI) -> Void) async throws {
        let connection: Connection
        do {
            let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
            connection = try await ClientBootstrap(group: eventLoop)
                .resolver(SharedResolver(eventLoop))
                .channelOption(.socketOption(.tcp_nodelay), value: 1)
                .connectTimeout(.seconds(5))
                .connect(host: uri.address.host, port: uri.address.checkedPort) { channel in
                    channel.eventLoop.makeCompletedFuture { try Connection(wrappingChannelSynchronously: channel) }
                }
        } catch {
            throw GatewayError(.cannotConnect, "Cannot connect to \(uri): \(NetworkReason.words(error))")
        }
        try await talk(over: connection) { [self] peer in
            begin(server: peer)
            onListening(peer)
        }
        if !Task.isCancelled { throw GatewayError(.notConnected, "\(uri) closed the connection") }
    }

    private func talk(over connection: Connection, _ begun: @Sendable (RigURI) -> Void) async throws {
        let remote = connection.channel.remoteAddress
        let peer = RigURI(.tcp, host: remote?.address?.description ?? "", port: remote?.port ?? 0)
        let channel = connection.channel
        try await channel.setOption(.writeBufferWaterMark, value: mostWaiting).get()
        try await connection.executeThenClose { inbound in
            // A peer that reads so slowly that more waits for it than may is disconnected.
            let new = lane { bytes in
                guard channel.isWritable else { return false }
                channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
                return true
            } end: {
                channel.close(promise: nil)
            }
            guard switchboard.add(new, for: peer) else { return }
            defer { switchboard.remove(peer, GatewayError(.notConnected, "The connection was closed")) }
            begun(peer)
            for try await bytes in inbound {
                switchboard.change(peer) { $0.received(Array(bytes.readableBytesView), now: .now) }
            }
        }
    }

    /// How many bytes may wait to be sent to one peer: two of the largest messages.
    private var mostWaiting: ChannelOptions.Types.WriteBufferWaterMark {
        ChannelOptions.Types.WriteBufferWaterMark(low: 1, high: max(2, 2 * settings.messageSize))
    }
}
