import Testing

@testable import AcquisitionZeroMQ

/// What of a client's requests is sent on which connection.
struct RequestQueueTests {
    private let now = ContinuousClock.now

    private func sent(_ queue: inout RequestQueue, on connection: Int, after time: Duration = .zero) -> [UInt64] {
        var sent: [UInt64] = []
        queue.send(on: connection, now: now + time) { _, id in
            sent.append(id)
            return true
        }
        return sent
    }

    @Test func whatIsNewIsSentOnAnyConnection() {
        var queue = RequestQueue()
        queue.append([], id: 1)
        queue.append([], id: 2)
        queue.remove(1)
        let ids = sent(&queue, on: 7, after: .seconds(1000))
        #expect(ids == [2] && queue.isEmpty)
    }

    @Test func aRepetitionIsSentOnItsConnectionOnly() {
        var queue = RequestQueue()
        queue.append([], id: 1, connection: 1, before: now + .seconds(1))
        let other = sent(&queue, on: 2)
        #expect(other.isEmpty && queue.isEmpty)
        queue.append([], id: 1, connection: 2, before: now + .seconds(1))
        let own = sent(&queue, on: 2)
        #expect(own == [1])
    }

    @Test func aRepetitionThatWaitedForTooLongIsWithdrawn() {
        var queue = RequestQueue()
        queue.append([], id: 1, connection: 1, before: now + .seconds(1))
        queue.send(on: 1, now: now) { _, _ in false }
        #expect(!queue.isEmpty, "there was no room")
        let late = sent(&queue, on: 1, after: .seconds(1))
        #expect(late.isEmpty && queue.isEmpty)
    }

    @Test func whatWaitsStillGoesOutOnce() {
        var queue = RequestQueue()
        queue.append([], id: 1)
        queue.append([], id: 1, connection: 1, before: now + .seconds(1))
        queue.append([], id: 2, connection: 1, before: now + .seconds(1))
        queue.append([], id: 2, connection: 1, before: now + .seconds(1))
        let ids = sent(&queue, on: 1)
        #expect(ids == [1, 2])
    }
}
