public import Logging
public import NIOCore
public import NIOPosix

/// Listens on a TCP port and serves each connection in a task of its own, so many at once and no more.
///
/// ```swift
/// let listener = try await TCPListener.bind(address, logger: logger)
/// try await listener.serve { channel in
///     try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
/// } handle: { connection in
///     try await connection.executeThenClose { inbound, outbound in … }
/// }
/// ```
public struct TCPListener: Sendable {
    /// Where the listener is bound, with the real port.
    public let address: ListenAddress
    private let channel: NIOAsyncChannel<any Channel, Never>
    private let connections: OpenConnections
    private let logger: Logger

    /// Binds.
    ///
    /// - Throws: ``GatewayError`` of the code `cannotListen`.
    public static func bind(
        _ address: ListenAddress,
        limits: GatewayLimits = GatewayLimits(),
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        logger: Logger
    ) async throws -> TCPListener {
        let connections = OpenConnections(most: limits.connections, logger: logger)
        do {
            let channel = try await ServerBootstrap(group: group)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                // Those that come at once find room to wait: who finds none tries again seconds later.
                .serverChannelOption(.backlog, value: Int32(clamping: max(128, limits.connections)))
                .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
                // Nothing is read before there is somebody to read it.
                .childChannelOption(.autoRead, value: false)
                .bind(host: address.host, port: address.port) { connections.add($0) }
            return TCPListener(
                address: ListenAddress(host: address.host, port: channel.channel.localAddress?.port ?? address.port),
                channel: channel,
                connections: connections,
                logger: logger
            )
        } catch {
            throw GatewayError(.cannotListen, "Cannot listen on \(address): \(NetworkReason.words(error))")
        }
    }

    /// Serves until the task is cancelled, then closes everything. An error of `handle` ends its connection only.
    ///
    /// - Parameters:
    ///   - configure: makes of a new channel what is served, on the channel's event loop.
    ///   - handle: serves it. It is cancelled when the listener ends.
    public func serve<Connection: Sendable>(
        configure: @escaping @Sendable (any Channel) throws -> Connection,
        handle: @escaping @Sendable (Connection) async throws -> Void
    ) async throws {
        defer { connections.closeAll() }
        try await channel.executeThenClose { inbound in
            try await withThrowingDiscardingTaskGroup { group in
                for try await channel in inbound {
                    group.addTask { await serve(channel, configure, handle) }
                }
                // The listening ended; so does the serving.
                group.cancelAll()
            }
        }
    }

    private func serve<Connection: Sendable>(
        _ channel: any Channel,
        _ configure: @escaping @Sendable (any Channel) throws -> Connection,
        _ handle: @Sendable (Connection) async throws -> Void
    ) async {
        do {
            let connection = try await channel.eventLoop.submit { try configure(channel) }.get()
            // A channel that is closed already says so to who reads.
            try? await channel.setOption(.autoRead, value: true).get()
            try await handle(connection)
        } catch is CancellationError {
            // The listener ends.
        } catch {
            logger.info(
                "A connection ended",
                metadata: [
                    "peer": "\(channel.remoteAddress.map { "\($0)" } ?? "-")",
                    "reason": "\(NetworkReason.words(error))",
                ]
            )
        }
        channel.close(promise: nil)
    }
}
