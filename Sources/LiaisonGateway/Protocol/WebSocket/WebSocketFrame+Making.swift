import NIOCore
import NIOWebSocket

extension WebSocketFrame {
    /// A whole message.
    static func text(_ text: String, mask: WebSocketMaskingKey? = nil) -> WebSocketFrame {
        WebSocketFrame(fin: true, opcode: .text, maskKey: mask, data: ByteBuffer(string: text))
    }

    static func ping(mask: WebSocketMaskingKey? = nil) -> WebSocketFrame {
        WebSocketFrame(fin: true, opcode: .ping, maskKey: mask, data: ByteBuffer())
    }

    static func pong(_ data: ByteBuffer, mask: WebSocketMaskingKey? = nil) -> WebSocketFrame {
        WebSocketFrame(fin: true, opcode: .pong, maskKey: mask, data: data)
    }

    /// The end, and why.
    static func close(
        _ code: WebSocketErrorCode,
        _ reason: String = "",
        mask: WebSocketMaskingKey? = nil
    ) -> WebSocketFrame {
        var data = ByteBuffer()
        data.write(webSocketErrorCode: code)
        // A control frame has at most 125 bytes.
        data.writeString(String(decoding: reason.utf8.prefix(120), as: UTF8.self))
        return WebSocketFrame(fin: true, opcode: .connectionClose, maskKey: mask, data: data)
    }
}
