import GatewayCore
import Logging
import NIOCore
import NIOPosix

extension Communicator {
    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

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
            connection = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelOption(.socketOption(.tcp_nodelay), value: 1)
                .connectTimeout(.seconds(5))
                .connect(host: uri.address.host, port: uri.address.port) { channel in
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
        let peer = RigURI(.tcp, host: remote?.ipAddress ?? "", port: remote?.port ?? 0)
        try await connection.executeThenClose { inbound, outbound in
            let outbox = Outbox<[UInt8]>(capacity: limits.queuedPerConnection)
            guard
                switchboard.add(
                    lane {
                        outbox.put($0)
                    } end: {
                        outbox.finish()
                    },
                    for: peer
                )
            else { return }
            defer { switchboard.remove(peer, GatewayError(.notConnected, "The connection was closed")) }
            begun(peer)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await outbox.drain { try await outbound.write(ByteBuffer(bytes: $0)) }
                    // All that may be sent has been.
                    connection.channel.close(promise: nil)
                }
                group.addTask { [self] in
                    for try await bytes in inbound {
                        switchboard.change(peer) { $0.received(Array(bytes.readableBytesView), now: .now) }
                    }
                    outbox.finish()
                }
                try await group.waitForAll()
            }
        }
    }
}
