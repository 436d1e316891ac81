import AcquisitionRPC
import ZeroMQ

/// What one connection may take, in bytes; `.max` where there is no limit.
struct GuardLimits: Sendable, Hashable {
    /// One request, with its envelope and what ZeroMQ adds.
    var request: UInt64
    /// Requests that wait to be read.
    var waitingRequests: UInt64
    /// What a frame has on the wire beside its bytes and its head: more under CURVE.
    var frameOverhead: Int
    /// Replies that wait, of those that ``isLargeReply(_:)`` counts.
    var replies: UInt64
    /// Events that wait, of those that ``isLargeEvent(_:)`` counts.
    var events: UInt64
    /// The memory of a connection's subscriptions.
    var subscriptions: Int
    /// The memory of all subscriptions.
    var allSubscriptions: Int
    /// What a subscriber may send before any of it has been read as a subscription: more than libzmq itself lets wait.
    var subscriber: UInt64 = 512 << 10
    /// The same of all subscribers.
    var allSubscribers: UInt64 = 4 << 20

    /// How many connections there may be.
    var connections = ConnectionBudget.Limits()

    private var smallReply: Int
    private var smallEvent: Int

    /// What the options ask for.
    ///
    /// - Parameters:
    ///   - request: how many bytes a request may have.
    ///   - isEncrypted: whether peers speak CURVE.
    /// - Throws: `RpcServiceError` for a number below zero.
    init(_ marks: HighWaterMarks, request: Int, isEncrypted: Bool = false) throws(RpcServiceError) {
        for (name, value) in [
            ("events", marks.events), ("replies", marks.replies), ("requests", marks.requests),
            ("eventBytes", marks.eventBytes), ("replyBytes", marks.replyBytes),
            ("subscriptionBytes", marks.subscriptionBytes), ("allSubscriptionBytes", marks.allSubscriptionBytes),
        ] where value < 0 {
            throw RpcServiceError(.transport, "The high-water mark \(name) is \(value); it cannot be below zero")
        }
        self.request = UInt64(max(request, 0))
        let waiting = self.request.multipliedReportingOverflow(by: UInt64(marks.requests))
        waitingRequests = marks.requests == 0 || waiting.overflow ? .max : waiting.partialValue
        frameOverhead = isEncrypted ? 33 : 0
        (events, smallEvent) = Self.backlog(marks.eventBytes, marks.events)
        (replies, smallReply) = Self.backlog(marks.replyBytes, marks.replies)
        subscriptions = marks.subscriptionBytes == 0 ? .max : marks.subscriptionBytes
        allSubscriptions = marks.allSubscriptionBytes == 0 ? .max : marks.allSubscriptionBytes
    }

    /// The limit, and how large the messages are of which the mark alone lets no more wait.
    private static func backlog(_ bytes: Int, _ mark: Int) -> (limit: UInt64, small: Int) {
        guard bytes > 0 else { return (.max, .max) }
        return (UInt64(bytes), mark == 0 ? 0 : bytes / mark)
    }

    /// How many bytes the frames of a message had on the wire, as it came from a ROUTER: the first frame did not.
    func wireBytes(_ message: Message) -> UInt64 {
        var sum = 0
        for frame in message.frames.dropFirst() {
            let size = frame.count + frameOverhead
            sum += size + (size > 255 ? 9 : 2)
        }
        return UInt64(sum)
    }

    /// Whether an event of so many bytes counts.
    func isLargeEvent(_ bytes: Int) -> Bool { bytes > smallEvent }

    /// Whether a reply of so many bytes counts.
    func isLargeReply(_ bytes: Int) -> Bool { bytes > smallReply }
}
