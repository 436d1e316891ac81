import GatewayCore
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// What became of a client's handshake.
enum ClientUpgrade: Sendable {
    case webSocket(NIOAsyncChannel<FrameEvent, WebSocketFrame>)
    case refused(NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>)

    /// Connects, and asks for a WebSocket.
    ///
    /// - Throws: `GatewayError` of the code `cannotConnect`.
    static func connect(
        to address: ListenAddress,
        options: LiaisonClient.Options,
        group: any EventLoopGroup
    ) async throws -> ClientUpgrade {
        do {
            let eventLoop = group.next()
            let (channel, upgrade) = try await ClientBootstrap(group: eventLoop)
                .resolver(SharedResolver(eventLoop))
                .channelOption(.socketOption(.tcp_nodelay), value: 1)
                .connectTimeout(TimeAmount(options.timeout.saturated))
                .connect(host: address.host, port: address.checkedPort) { channel in
                    channel.eventLoop.makeCompletedFuture { (channel, try prepare(channel, to: address, options)) }
                }
            return try await withTaskCancellationHandler {
                try await upgrade.get()
            } onCancel: {
                channel.close(promise: nil)
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            throw GatewayError(.cannotConnect, "Cannot connect to \(address): \(NetworkReason.words(error))")
        }
    }

    private static func prepare(
        _ channel: any Channel,
        to address: ListenAddress,
        _ options: LiaisonClient.Options
    ) throws -> EventLoopFuture<ClientUpgrade> {
        let upgrader = NIOTypedWebSocketClientUpgrader<ClientUpgrade>(
            maxFrameSize: min(max(0, options.messageSize), Int(UInt32.max)),
            enableAutomaticErrorHandling: false,
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(FrameEventHandler())
                    return .webSocket(try NIOAsyncChannel(wrappingChannelSynchronously: channel))
                }
            }
        )
        var headers: HTTPHeaders = ["host": "\(address)", "content-length": "0"]
        if let origin = options.origin { headers.add(name: "origin", value: origin) }
        if let token = options.token { headers.add(name: "authorization", value: "Bearer \(token)") }
        let configuration = NIOTypedHTTPClientUpgradeConfiguration(
            upgradeRequestHead: HTTPRequestHead(version: .http1_1, method: .GET, uri: "/", headers: headers),
            upgraders: [upgrader]
        ) { channel in
            channel.eventLoop.makeCompletedFuture {
                .refused(try NIOAsyncChannel(wrappingChannelSynchronously: channel))
            }
        }
        let future = try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
            configuration: .init(upgradeConfiguration: configuration)
        )
        let deadline = channel.eventLoop.scheduleTask(in: TimeAmount(options.timeout.saturated)) {
            channel.close(promise: nil)
        }
        future.whenComplete { _ in deadline.cancel() }
        return future
    }

    /// The status with which a server refused.
    static func status(
        _ channel: NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>
    ) async throws -> HTTPResponseStatus? {
        try await channel.executeThenClose { inbound, _ in
            for try await part in inbound {
                if case .head(let head) = part { return head.status }
            }
            return nil
        }
    }
}
