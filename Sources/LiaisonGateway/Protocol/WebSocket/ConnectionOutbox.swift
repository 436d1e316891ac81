import GatewayCore
import NIOCore
import NIOWebSocket
import Synchronization

/// What waits to be sent to one client: limited in number and, of what it did not ask for, in bytes.
final class ConnectionOutbox: Sendable {
    enum Item: Sendable {
        case control(WebSocketFrame)
        /// A reply; it gives its slot back when it is sent.
        case reply(String)
        case push(String)
        /// The last of all.
        case close(WebSocketErrorCode, String)
    }

    /// How a connection's sending stands.
    enum State: Sendable, Equatable {
        case open
        /// A close frame was put in; nothing comes after it.
        case closing
        /// The client reads too slowly.
        case overflowed
    }

    private let box: Outbox<Item>
    private let mostBytes: Int
    private let inside = Mutex<(state: State, bytes: Int)>((.open, 0))
    private let overflow = AsyncStream.makeStream(of: Never.self)

    init(items: Int, bytes: Int) {
        box = Outbox(capacity: items)
        mostBytes = bytes
    }

    var state: State { inside.withLock(\.state) }

    /// Puts something in; false where the connection is being closed, or must be since it did not fit.
    @discardableResult
    func put(_ item: Item) -> Bool {
        inside.withLock { inside in
            guard inside.state == .open else { return false }
            if case .push(let text) = item { inside.bytes += text.utf8.count }
            guard inside.bytes <= mostBytes, box.put(item) else {
                inside.state = .overflowed
                box.finish()
                overflow.continuation.finish()
                return false
            }
            if case .close = item {
                inside.state = .closing
                box.finish()
            }
            return true
        }
    }

    /// Ends the sending without a word.
    func finish() {
        inside.withLock { inside in
            if inside.state == .open { inside.state = .closing }
            box.finish()
        }
    }

    /// Waits, while what is sent does not arrive, for the moment when no more fits; or for the end of the task.
    func overflows() async { for await _ in overflow.stream {} }

    /// Sends what is put in, one after another, until the end was put in or nothing more fits.
    ///
    /// - Throws: what `send` throws.
    func drain(_ send: (Item) async throws -> Void) async throws {
        try await box.drain { item in
            guard state != .overflowed else { return }
            try await send(item)
            if case .push(let text) = item { inside.withLock { $0.bytes -= text.utf8.count } }
        }
    }
}
