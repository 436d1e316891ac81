import AcquisitionModel
import TestSupport
import Testing

@testable import AcquisitionRPC

struct NonceSourceTests {
    @Test func noncesFitInThirtyTwoBitsAndAreSpreadOverThem() {
        var source = NonceSource()
        let nonces = (0..<10_000).map { _ in source.next { _ in false } }
        #expect(nonces.allSatisfy { $0 >= 1 && $0 <= Int64(Int32.max) })
        #expect(Set(nonces).count == nonces.count)
        // At random: in every sixteenth of the range, and not one after another.
        #expect(Set(nonces.map { $0 >> 27 }).count == 16)
        #expect(zip(nonces, nonces.dropFirst()).count { $1 == $0 + 1 } < 10)
    }

    /// A generator that draws the same few numbers again and again.
    private struct Narrow: RandomNumberGenerator {
        var seeded = SeededGenerator()
        mutating func next() -> UInt64 { (seeded.next() % 64) << 58 }
    }

    @Test func whatIsUnderWayIsNotDrawnAndNeitherIsWhatWasDrawnLately() {
        var narrow = Narrow()
        var source = NonceSource()
        let first = (0..<32).map { _ in source.next(using: &narrow) { _ in false } }
        var taken = Set(first)
        #expect(taken.count == 32)
        let forbidden = (0..<2_000).map { _ in Int64.random(in: NonceSource.range, using: &narrow) }.first {
            !taken.contains($0)
        }
        for _ in 0..<30 { taken.insert(source.next(using: &narrow) { $0 == forbidden }) }
        #expect(taken.count == 62 && forbidden.map { !taken.contains($0) } == true)
    }

    @Test func memoryIsBounded() {
        var source = NonceSource()
        var last: [Int64] = []
        for _ in 0..<50_000 {
            last.append(source.next { _ in false })
            if last.count > NonceSource.maximumRecent { last.removeFirst(1_000) }
        }
        #expect(Set(last).count == last.count)
    }
}
