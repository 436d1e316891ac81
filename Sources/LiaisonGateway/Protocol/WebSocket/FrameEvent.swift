import NIOCore
import NIOWebSocket

/// What comes out of a connection: frames, or that what follows can no longer be told apart.
enum FrameEvent: Sendable {
    case frame(WebSocketFrame)
    case broken(WebSocketErrorCode, String)
}

/// Turns the decoder's errors into ``FrameEvent/broken(_:_:)``, so that the connection can still be closed in order: the
/// other side is told why, and what it goes on sending is taken off the wire until it knows.
final class FrameEventHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = FrameEvent

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.fireChannelRead(wrapInboundOut(.frame(unwrapInboundIn(data))))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The decoder says so of everything that comes after its error. To end here would be to reset the connection, and the
        // other side would not read why.
        if case .dataReceivedInErrorState? = error as? ByteToMessageDecoderError { return }
        guard let error = error as? NIOWebSocketError else { return context.fireErrorCaught(error) }
        let event: FrameEvent =
            switch error {
            case .invalidFrameLength: .broken(.messageTooLarge, "A frame is larger than a message may be")
            case .fragmentedControlFrame: .broken(.protocolError, "A control frame is in pieces")
            case .multiByteControlFrameLength: .broken(.protocolError, "A control frame is too long")
            }
        context.fireChannelRead(wrapInboundOut(event))
    }
}
