import TestSupport
import Testing

@testable import AcquisitionZeroMQ

struct BacklogWatchTests {
    private static let limit: UInt64 = 1_000_000
    private static let step: UInt64 = limit / 16
    private static let systemBuffer = 50_000

    /// A subscriber, with what libzmq and the system keep for it.
    private struct Peer {
        var kept: [Int] = []
        var unacknowledged = 0
        var acknowledged: UInt64 = 0

        var bytes: Int { kept.reduce(0, +) }

        mutating func publish(_ size: Int) {
            kept.append(size)
            fill()
        }

        mutating func read(_ bytes: Int) {
            let taken = min(bytes, unacknowledged)
            unacknowledged -= taken
            acknowledged += UInt64(taken)
            fill()
        }

        private mutating func fill() {
            while let first = kept.first, unacknowledged + first <= max(first, BacklogWatchTests.systemBuffer) {
                unacknowledged += first
                kept.removeFirst()
            }
        }
    }

    /// Publishes, looks once a step, and has the peer read `share` of what it was sent; how much was kept at most, and
    /// whether it was cut.
    private func run(sizes: ClosedRange<Int>, reads share: Double, seed: UInt64) -> (most: Int, isCut: Bool) {
        var random = SeededGenerator(seed: seed)
        var (peer, watch, sent) = (Peer(), BacklogWatch(sent: 0), UInt64(0))
        var most = 0
        while sent < 10 * Self.limit {
            let size = Int.random(in: sizes, using: &random)
            peer.publish(size)
            let before = sent
            sent += UInt64(size)
            peer.read(Int(Double(size) * share))
            most = max(most, peer.bytes)
            guard before / Self.step != sent / Self.step else { continue }
            let isOver = watch.look(
                sent: sent,
                unacknowledged: peer.unacknowledged,
                acknowledged: { peer.acknowledged },
                limit: Self.limit
            )
            if isOver { return (most, true) }
        }
        return (most, false)
    }

    @Test func whoeverStallsIsCutAtTheLimit() {
        var random = SeededGenerator()
        for _ in 0..<50 {
            let seed = random.next()
            let largest = Int.random(in: 100...40_000, using: &random)
            let share = Double.random(in: 0...0.7, using: &random)
            let (most, isCut) = run(sizes: 1...largest, reads: share, seed: seed)
            #expect(isCut, "seed \(random.seed)")
            #expect(most <= Int(Self.limit) * 5 / 4, "seed \(random.seed)")
        }
    }

    @Test func whoeverReadsIsNot() {
        var random = SeededGenerator()
        for _ in 0..<50 {
            let seed = random.next()
            let largest = Int.random(in: 100...40_000, using: &random)
            #expect(!run(sizes: 1...largest, reads: 1, seed: seed).isCut, "seed \(random.seed)")
        }
    }

    @Test func whoeverReadsAgainBeginsAnew() {
        var watch = BacklogWatch(sent: 0)
        let looks: [(sent: UInt64, unacknowledged: Int)] = [
            (90_000, 50_000), (95_000, 0), (190_000, 50_000), (200_000, 50_000),
        ]
        let cuts = looks.map { look in
            watch.look(sent: look.sent, unacknowledged: look.unacknowledged, acknowledged: { 0 }, limit: 100_000)
        }
        #expect(cuts == [false, false, false, true])
    }
}
