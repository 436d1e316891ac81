import Foundation
import TestSupport
import Testing

@testable import AcquisitionRPC

struct AuditTimeTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000000Z"),
        (951_782_399_999_999, "2000-02-28T23:59:59.999999Z"),
        (951_782_400_000_001, "2000-02-29T00:00:00.000001Z"),
        (1_795_248_930_000_123, "2026-11-21T08:15:30.000123Z"),
        (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"),
    ])
    func text(_ microseconds: Int, _ text: String) {
        #expect(AuditTime(wall: microseconds, monotonic: 0).text == text)
    }

    @Test func likeFoundation() {
        var random = SeededGenerator()
        for _ in 0..<500 {
            let seconds = Int.random(in: 0..<8_000_000_000, using: &random)
            let theirs = Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
            let ours = AuditTime(wall: seconds * 1_000_000, monotonic: 0).text
            #expect(ours == theirs.dropLast() + ".000000Z", "seed \(random.seed)")
        }
    }
}
