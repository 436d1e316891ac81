import TestSupport
import Testing

@testable import AcquisitionRPC

struct WaitingRequestsTests {
    @Test func aDequeIsAnArrayTakenFromItsFront() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        var deque = Deque<Int>()
        var array: [Int] = []
        for number in 0..<50_000 {
            // Long ones and short ones, by turns.
            let mayTake = (number / 5_000).isMultiple(of: 2) ? 3 : 7
            if Int.random(in: 0..<10, using: &generator) < mayTake {
                let (one, other) = (deque.popFirst(), array.isEmpty ? nil : array.removeFirst())
                #expect(one == other, "seed \(seed)")
            } else {
                deque.append(number)
                array.append(number)
            }
            guard deque.count == array.count, deque.isEmpty == array.isEmpty, deque.next == array.first else {
                Issue.record("\(deque.count) and \(array.count), seed \(seed)")
                return
            }
        }
        deque.filter { $0.isMultiple(of: 3) }
        let rest = deque.takeAll()
        #expect(rest == array.filter { $0.isMultiple(of: 3) }, "seed \(seed)")
        #expect(deque.isEmpty)
    }

    @Test func whatIsForgottenIsNotTaken() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        var line = RequestLine()
        var kept: [UInt64] = []
        for id in 0..<2_000 as Range<UInt64> {
            line.append([UInt8(id & 255)], id: id)
            kept.append(id)
            if Int.random(in: 0..<4, using: &generator) > 0 {
                let index = kept.indices.randomElement(using: &generator) ?? 0
                let gone = kept.remove(at: index)
                let bytes = line.remove(id: gone)
                #expect(bytes == [UInt8(gone & 255)], "seed \(seed)")
                let again = line.remove(id: gone)
                #expect(again == nil)
            }
        }
        #expect(line.count == kept.count)
        var taken: [UInt64] = []
        while let next = line.popFirst() { taken.append(next.id) }
        #expect(taken == kept, "seed \(seed)")
    }

    @Test func twoUnderOneNumberAreBothTaken() {
        var line = RequestLine()
        line.append([1], id: 7)
        line.append([2], id: 7)
        let (first, second, third) = (line.popFirst(), line.remove(id: 7), line.popFirst())
        #expect(first?.bytes == [1] && second == [2] && third == nil)
    }

    /// Ten times as many cost ten times as much, and not a hundred times.
    @Test func whatWaitsCostsTheSameHoweverMuchItIs() {
        func time(_ count: UInt64) -> Duration {
            ContinuousClock().measure {
                var line = RequestLine()
                for id in 0..<count { line.append([], id: id) }
                for id in stride(from: 0, to: count, by: 3) { _ = line.remove(id: id) }
                while line.popFirst() != nil {}
            }
        }
        _ = time(2_000)
        let few = (0..<5).map { _ in time(2_000) }.min() ?? .zero
        let many = time(40_000)
        #expect(many < few * 20 * 6, "\(few) for 2,000, \(many) for 40,000")
    }

    @Test func countsAndBytesAreBounded() {
        var limits = WaitingLimits()
        limits.perClient = 2
        limits.inAll = 3
        limits.bytesPerClient = 10
        limits.bytesInAll = 15
        var requests = WaitingRequests<Int>(limits: limits)
        // The client, the bytes, and whether there is room.
        let cases: [(UInt8, Int, Bool)] = [
            (1, 5, true), (1, 6, false), (1, 5, true), (1, 0, false), (2, 6, false), (2, 5, true), (3, 0, false),
        ]
        for (index, (client, bytes, hasRoom)) in cases.enumerated() {
            let isAdded = requests.add(index, client: [client], bytes: bytes)
            #expect(isAdded == hasRoom, "\(index)")
        }
        var taken = [requests.popFirst()]
        let hasRoomAgain = requests.add(9, client: [1], bytes: 5)
        #expect(hasRoomAgain)
        for _ in 0..<4 { taken.append(requests.popFirst()) }
        #expect(taken == [0, 2, 5, 9, nil] && requests.isEmpty)
    }

    @Test func delegatesThatGetOnAreNotStuck() {
        let start = ContinuousClock.now
        var progress = Progress(now: start)
        #expect(!progress.isStuck(now: start + .milliseconds(999)))
        #expect(progress.isStuck(now: start + .seconds(1)))
        progress.noted(now: start + .milliseconds(500))
        progress.noted(now: start)
        #expect(!progress.isStuck(now: start + .milliseconds(1_499)))
        #expect(progress.deadline == start + .milliseconds(1_500))
    }
}
