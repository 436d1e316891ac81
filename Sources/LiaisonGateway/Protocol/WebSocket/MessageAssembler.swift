import NIOCore
import NIOWebSocket

/// Makes messages of WebSocket frames (RFC 6455): frames in, what they mean out. Knows nothing of connections.
struct MessageAssembler: Sendable {
    /// What a frame means.
    enum Meaning: Sendable, Equatable {
        /// There is more to come.
        case nothing
        /// A whole message.
        case message([UInt8])
        /// To be answered with a pong that says the same.
        case ping(ByteBuffer)
        case pong
        /// The other side closes, with this code where it says one.
        case close(UInt16?)
        /// The connection must be closed with this code, for this reason.
        case violation(WebSocketErrorCode, String)
    }

    private let limit: Int
    private let areMasked: Bool
    /// What has arrived of a message, and whether it is text.
    private var partial: (bytes: ByteBuffer, isText: Bool)?

    /// - Parameters:
    ///   - limit: the largest message in bytes.
    ///   - areMasked: whether the frames must be masked, as those of clients must, or must not.
    init(limit: Int, areMasked: Bool) {
        self.limit = limit
        self.areMasked = areMasked
    }

    /// What the next frame means.
    mutating func take(_ frame: WebSocketFrame) -> Meaning {
        guard (frame.maskKey != nil) == areMasked else {
            return .violation(.protocolError, areMasked ? "A frame is not masked" : "A frame is masked")
        }
        guard frame.reservedBits.isEmpty else { return .violation(.protocolError, "A reserved bit is set") }
        switch frame.opcode {
        case .text, .binary:
            guard partial == nil else { return .violation(.protocolError, "A message begins within another one") }
            partial = (ByteBuffer(), frame.opcode == .text)
            return add(frame)
        case .continuation:
            guard partial != nil else { return .violation(.protocolError, "A message goes on that did not begin") }
            return add(frame)
        case .ping: return .ping(frame.unmaskedData)
        case .pong: return .pong
        case .connectionClose: return close(frame.unmaskedData)
        default: return .violation(.protocolError, "A frame is of an unknown kind")
        }
    }

    private mutating func add(_ frame: WebSocketFrame) -> Meaning {
        var data = frame.unmaskedData
        guard (partial?.bytes.readableBytes ?? 0) + data.readableBytes <= limit else {
            partial = nil
            return .violation(.messageTooLarge, "A message has more than \(limit) bytes")
        }
        partial?.bytes.writeBuffer(&data)
        guard frame.fin, let whole = partial else { return .nothing }
        partial = nil
        let bytes = Array(whole.bytes.readableBytesView)
        guard !whole.isText || String(validating: bytes, as: UTF8.self) != nil else {
            return .violation(.dataInconsistentWithMessage, "A text is not UTF-8")
        }
        return .message(bytes)
    }

    private func close(_ data: ByteBuffer) -> Meaning {
        var data = data
        guard data.readableBytes > 0 else { return .close(nil) }
        guard let code: UInt16 = data.readInteger(), Self.mayBeSent(code) else {
            return .violation(.protocolError, "A close frame has a code that is none")
        }
        guard String(validating: data.readableBytesView, as: UTF8.self) != nil else {
            return .violation(.dataInconsistentWithMessage, "The reason of a close frame is not UTF-8")
        }
        return .close(code)
    }

    /// The codes of the RFC, of its registry, and those for libraries and programs (section 7.4).
    private static func mayBeSent(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}
