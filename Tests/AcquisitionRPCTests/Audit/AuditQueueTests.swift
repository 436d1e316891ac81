import Testing

@testable import AcquisitionRPC

struct AuditQueueTests {
    private let entry = AuditEntry(.transport(.recovered(part: "test")))

    @Test func whatDoesNotFitIsCountedUntilItIsTaken() {
        var queue = AuditQueue(capacity: 3)
        let taken = (0..<5).map { _ in queue.add(entry) }
        #expect(taken == [true, true, true, false, false])
        let first = queue.take()
        #expect(first.entries.count == 3 && first.lost == 2 && !first.isLast)
        #expect(queue.isEmpty)
        _ = queue.add(entry)
        let second = queue.take()
        #expect(second.entries.count == 1 && second.lost == 0)
    }

    @Test func largeRequestsAreBoundedByTheirBytes() {
        let peer = PeerAddress(envelope: [])
        let trace = AuditTrace(IncomingRequest(peer: peer, frames: [[UInt8](repeating: 0, count: 1 << 20)]))
        var queue = AuditQueue(capacity: 1000)
        for _ in 0..<20 { _ = queue.add(AuditEntry(.unreadable(trace, rule: "test"))) }
        let batch = queue.take()
        #expect(batch.entries.count == 15 && batch.lost == 5)
    }

    @Test func theLastEntryAlwaysFitsAndIsTheLast() {
        var queue = AuditQueue(capacity: 1)
        for _ in 0..<2 { _ = queue.add(entry) }
        queue.close(AuditEntry(.stop))
        _ = queue.add(entry)
        queue.close(nil)
        let batch = queue.take()
        #expect(batch.entries.count == 1 && batch.lost == 1 && batch.stop?.kind == "stop" && batch.isLast)
    }
}
