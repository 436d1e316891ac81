/// What waits to be sent over one connection: at most so many messages, sent one after another.
///
/// Anybody may put something in; one task sends. A peer that reads so slowly that a message does not fit is to be
/// disconnected: to leave messages out would tell it something that is not so.
public struct Outbox<Message: Sendable>: Sendable {
    private let stream: AsyncStream<Message>
    private let continuation: AsyncStream<Message>.Continuation

    /// A box for `capacity` messages.
    public init(capacity: Int) {
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(max(1, capacity)))
    }

    /// Puts a message in; false where it did not fit or the connection is gone. Where it did not fit, the sending ends
    /// with an error.
    @discardableResult
    public func put(_ message: Message) -> Bool {
        switch continuation.yield(message) {
        case .enqueued: return true
        default:
            continuation.finish()
            return false
        }
    }

    /// Nothing more comes: what is in the box is sent, then the sending ends.
    public func finish() { continuation.finish() }

    /// Sends with `send`, one message after another, until ``finish()`` or the end of the task.
    ///
    /// - Throws: what `send` throws.
    public func drain(_ send: (Message) async throws -> Void) async throws {
        for await message in stream { try await send(message) }
    }
}
