public import Logging
public import NIOCore
public import NIOPosix
import Synchronization

/// Listens on a TCP port and serves each connection in a task of its own, so many at once and no more.
///
/// ```swift
/// let listener = try await TCPListener.bind(address, logger: logger)
/// try await listener.serve { channel in
///     try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
/// } handle: { connection in
///     try? await connection.executeThenClose { inbound, outbound in
///         for try await bytes in inbound { try await outbound.write(bytes) }
///     }
/// }
/// ```
public struct TCPListener: Sendable {
    /// Where the listener is bound: the host as it was given, which may stand for several addresses, with the real port.
    public let address: ListenAddress
    private let channels: [NIOAsyncChannel<AcceptedConnection, Never>]
    private let connections: OpenConnections
    private let door: Door
    private let logger: Logger

    /// What makes of a new channel the work of serving it; there is none before ``serve(configure:handle:)``.
    private final class Door: Sendable {
        let configure = Mutex<(@Sendable (any Channel) throws -> AcceptedConnection.Work)?>(nil)

        func accept(_ channel: any Channel) throws -> AcceptedConnection {
            guard let configure = configure.withLock({ $0 }) else {
                throw GatewayError(.closed, "Nobody serves connections")
            }
            return AcceptedConnection(channel, try configure(channel))
        }
    }

    /// Binds all that the address stands for, all to the same port. Connections wait until ``serve(configure:handle:)``.
    ///
    /// - Throws: ``GatewayError`` of the code `cannotListen`.
    public static func bind(
        _ address: ListenAddress,
        limits: GatewayLimits = GatewayLimits(),
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        logger: Logger
    ) async throws -> TCPListener {
        let connections = OpenConnections(limits, logger: logger)
        let door = Door()
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.autoRead, value: false)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
        var channels: [NIOAsyncChannel<AcceptedConnection, Never>] = []
        do {
            let (sockets, port) = try await ListeningSockets.open(address, .stream, logger: logger)
            for (index, socket) in sockets.enumerated() {
                do {
                    let channel = try await bootstrap.bind(socket) { channel in
                        // Here and not later: what comes before there is somebody to read it would be lost.
                        connections.add(channel).flatMapThrowing {
                            do {
                                return try door.accept(channel)
                            } catch {
                                channel.close(promise: nil)
                                throw error
                            }
                        }
                    }
                    channels.append(channel)
                    // Those that come at once find room to wait: who finds none tries again seconds later.
                    ListeningSockets.setBacklog(of: socket, to: max(128, limits.connections))
                } catch {
                    ListeningSockets.close(sockets[(index + 1)...])
                    throw error
                }
            }
            return TCPListener(
                address: ListenAddress(host: address.host, port: port),
                channels: channels,
                connections: connections,
                door: door,
                logger: logger
            )
        } catch {
            for channel in channels { channel.channel.close(promise: nil) }
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
        door.configure.withLock {
            $0 = { channel in
                let connection = try configure(channel)
                return { try await handle(connection) }
            }
        }
        defer { connections.closeAll() }
        try await withThrowingDiscardingTaskGroup { group in
            for channel in channels { group.addTask { try await serve(channel) } }
        }
    }

    private func serve(_ channel: NIOAsyncChannel<AcceptedConnection, Never>) async throws {
        try await channel.executeThenClose { inbound in
            try await channel.channel.setOption(.autoRead, value: true).get()
            try await withThrowingDiscardingTaskGroup { group in
                for try await connection in inbound {
                    group.addTask { await serve(connection) }
                }
                // The listening ended; so does the serving.
                group.cancelAll()
            }
        }
    }

    private func serve(_ connection: AcceptedConnection) async {
        do {
            try await connection.serve()
        } catch is CancellationError {
            // The listener ends.
        } catch {
            logger.info(
                "A connection ended",
                metadata: [
                    "peer": "\(connection.channel.remoteAddress?.words ?? "-")",
                    "reason": "\(NetworkReason.words(error))",
                ]
            )
        }
        connection.channel.close(promise: nil)
    }
}
