import AcquisitionRPC
import Logging
import TestSupport
import Testing
import ZeroMQ

@testable import AcquisitionZeroMQ

struct GuardValueTests {
    @Test func cutsAreSummedUpInOneLineASecond() {
        var log = CutLog("They were cut")
        let start = ContinuousClock.now
        #expect(log.wait(at: start) == nil)
        log.note(CutConnection(address: "a", reason: .unread))
        let first = log.line(at: start)
        #expect(first?.count == 1)
        for _ in 0..<1000 {
            log.note(CutConnection(address: "b", reason: .subscriptions))
            let line = log.line(at: start + .milliseconds(500))
            #expect(line == nil)
        }
        #expect(log.wait(at: start + .milliseconds(400)) == .milliseconds(600))
        let line = log.line(at: start + .seconds(1))
        #expect(line == CutLog.Line(last: CutConnection(address: "b", reason: .subscriptions), count: 1000))
        #expect(line?.metadata["count"] == "1000")
        #expect(log.wait(at: start + .seconds(1)) == nil)
    }

    @Test func whatWasDeliveredIsTakenOnce() {
        let delivered = DeliveredBytes()
        for descriptor in [3, 4, 65_535, .max] as [Int32] {
            #expect(delivered.take(from: descriptor) == nil)
            delivered.add(7, from: descriptor)
            delivered.add(5, from: descriptor)
            #expect(delivered.take(from: descriptor) == 12)
            #expect(delivered.take(from: descriptor) == nil)
        }
    }

    @Test func onlyLargeMessagesCount() throws {
        var limits = try GuardLimits(
            HighWaterMarks(events: 100, replies: 0, eventBytes: 1000, replyBytes: 0),
            request: 5
        )
        #expect(!limits.isLargeEvent(10) && limits.isLargeEvent(11))
        #expect(!limits.isLargeReply(.max) && limits.replies == .max)
        limits = try GuardLimits(HighWaterMarks(events: 0, eventBytes: 1000), request: 5)
        #expect(limits.isLargeEvent(1))
    }

    @Test(arguments: [Int.min, -1, 0, 1, Int(Int32.max), Int(Int32.max) + 1, Int.max])
    func everyMarkIsTakenOrRefused(_ value: Int) async throws {
        let changes: [WritableKeyPath<HighWaterMarks, Int>] = [
            \.events, \.replies, \.requests, \.eventBytes, \.replyBytes, \.subscriptionBytes, \.allSubscriptionBytes,
        ]
        for change in changes {
            try await expectAnEnd { $0.highWaterMarks[keyPath: change] = value }
        }
        try await expectAnEnd { $0.limits.size = value }
    }

    /// A service starts with these options, or says why not.
    private func expectAnEnd(_ change: (inout RpcOptions) -> Void) async throws {
        let service = try #require(createApiService(.onFreePorts(change)))
        do throws(RpcServiceError) { try service.start() } catch { #expect(!error.description.isEmpty) }
        await service.stop()
    }
}
