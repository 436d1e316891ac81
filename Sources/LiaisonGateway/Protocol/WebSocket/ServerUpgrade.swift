import GatewayCore
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// What became of a connection's handshake.
enum ServerUpgrade: Sendable {
    typealias PlainChannel = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

    case webSocket(NIOAsyncChannel<FrameEvent, WebSocketFrame>)
    /// No WebSocket: to be told why.
    case refused(PlainChannel)

    /// Prepares a new connection for the handshake. A connection that takes longer than `patience` is closed.
    static func prepare(
        _ channel: any Channel,
        admission: LiaisonAdmission,
        listening address: ListenAddress,
        messageSize: Int,
        patience: TimeAmount
    ) throws -> EventLoopFuture<ServerUpgrade> {
        let upgrader = NIOTypedWebSocketServerUpgrader<ServerUpgrade>(
            maxFrameSize: min(messageSize, Int(UInt32.max)),
            enableAutomaticErrorHandling: false,
            shouldUpgrade: { channel, head in
                let isAllowed = refusal(of: head, admission, address) == nil
                return channel.eventLoop.makeSucceededFuture(isAllowed ? HTTPHeaders() : nil)
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
                .refused(try NIOAsyncChannel(wrappingChannelSynchronously: channel))
            }
        }
        let future = try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(
            configuration: .init(upgradeConfiguration: configuration)
        )
        let deadline = channel.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
        future.whenComplete { _ in deadline.cancel() }
        return future
    }

    /// Why a handshake is refused; nil where it is not.
    static func refusal(
        of head: HTTPRequestHead,
        _ admission: LiaisonAdmission,
        _ address: ListenAddress
    ) -> LiaisonAdmission.Refusal? {
        do {
            try admission.check(head, listening: address)
            return nil
        } catch {
            return error
        }
    }

    /// Answers what is no WebSocket's handshake, or one that is refused.
    static func answer(
        _ channel: PlainChannel,
        _ admission: LiaisonAdmission,
        _ address: ListenAddress
    ) async throws -> LiaisonAdmission.Refusal? {
        try await channel.executeThenClose { inbound, outbound in
            for try await part in inbound {
                guard case .head(let head) = part else { continue }
                let refusal =
                    refusal(of: head, admission, address)
                    ?? .init(status: .upgradeRequired, reason: "Here is a WebSocket server (version 13) and nothing else")
                var response = HTTPResponseHead(version: .http1_1, status: refusal.status)
                let body = ByteBuffer(string: refusal.reason + "\n")
                response.headers = [
                    "content-type": "text/plain; charset=utf-8", "content-length": "\(body.readableBytes)",
                    "connection": "close", "upgrade": "websocket", "sec-websocket-version": "13",
                ]
                try await outbound.write(contentsOf: [.head(response), .body(.byteBuffer(body)), .end(nil)])
                return refusal
            }
            return nil
        }
    }
}
