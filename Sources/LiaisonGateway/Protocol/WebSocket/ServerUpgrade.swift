import GatewayCore
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Synchronization

/// What became of a connection's handshake.
enum ServerUpgrade: Sendable {
    typealias PlainChannel = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

    case webSocket(NIOAsyncChannel<FrameEvent, WebSocketFrame>)
    /// No WebSocket: to be told why.
    case refused(PlainChannel, LiaisonAdmission.Refusal)

    /// Prepares a new connection for the handshake. A connection that takes longer than `patience` is closed.
    static func prepare(
        _ channel: any Channel,
        admission: LiaisonAdmission,
        listening address: ListenAddress,
        messageSize: Int,
        patience: TimeAmount
    ) throws -> EventLoopFuture<ServerUpgrade> {
        // The upgrade handler keeps the head of a request that it refuses to itself.
        let noted = Note()
        let upgrader = NIOTypedWebSocketServerUpgrader<ServerUpgrade>(
            maxFrameSize: min(max(0, messageSize), Int(UInt32.max)),
            enableAutomaticErrorHandling: false,
            shouldUpgrade: { channel, head in
                do throws(LiaisonAdmission.Refusal) {
                    try admission.check(head, listening: address)
                    return channel.eventLoop.makeSucceededFuture(HTTPHeaders())
                } catch {
                    noted.refusal.withLock { $0 = error }
                    return channel.eventLoop.makeSucceededFuture(nil)
                }
            },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(FrameEventHandler())
                    // The sending can end before the receiving: what is said last is still read then.
                    let configuration = NIOAsyncChannel<FrameEvent, WebSocketFrame>.Configuration(
                        isOutboundHalfClosureEnabled: true
                    )
                    return .webSocket(
                        try NIOAsyncChannel(wrappingChannelSynchronously: channel, configuration: configuration)
                    )
                }
            }
        )
        let configuration = NIOTypedHTTPServerUpgradeConfiguration(upgraders: [upgrader]) { channel in
            channel.eventLoop.makeCompletedFuture {
                let plain = try PlainChannel(wrappingChannelSynchronously: channel)
                return ServerUpgrade.refused(plain, noted.refusal.withLock { $0 } ?? .noWebSocket)
            }
        }
        let future = try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(
            configuration: .init(upgradeConfiguration: configuration)
        )
        let deadline = channel.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
        future.whenSuccess { upgrade in
            if case .webSocket = upgrade { deadline.cancel() }
        }
        return future
    }

    private final class Note: Sendable {
        let refusal = Mutex<LiaisonAdmission.Refusal?>(nil)
    }

    /// Answers what is no WebSocket's handshake, or one that is refused.
    static func answer(_ channel: PlainChannel, _ refusal: LiaisonAdmission.Refusal) async throws {
        try await channel.executeThenClose { inbound, outbound in
            for try await part in inbound {
                guard case .end = part else { continue }
                let body = ByteBuffer(string: refusal.reason + "\n")
                let head = HTTPResponseHead(
                    version: .http1_1,
                    status: refusal.status,
                    headers: [
                        "content-type": "text/plain; charset=utf-8", "content-length": "\(body.readableBytes)",
                        "connection": "close", "upgrade": "websocket", "sec-websocket-version": "13",
                    ]
                )
                try await outbound.write(contentsOf: [.head(head), .body(.byteBuffer(body)), .end(nil)])
                return
            }
        }
    }
}
