import TestSupport
import Testing

@testable import AcquisitionZeroMQ

struct ConnectionWatchTests {
    private static let limit: UInt64 = 1000

    /// A connection of which is known what was really sent on it.
    private struct Simulation {
        var watch = ConnectionWatch()
        var look = ConnectionWatch.Look(
            traffic: Connection.Traffic(taken: 0, acknowledged: 0),
            sent: 0,
            delivered: nil,
            emptied: 0,
            memory: 0
        )

        /// The peer sends frames without an end, or a part of a message.
        mutating func parts(_ bytes: UInt64) { look.traffic.taken += bytes }

        /// A whole message comes and is read.
        mutating func message(_ bytes: UInt64) {
            look.traffic.taken += bytes
            read(bytes)
        }

        mutating func read(_ bytes: UInt64) { look.delivered = (look.delivered ?? 0) + bytes }

        mutating func pings(_ count: UInt64, of bytes: UInt64 = 9) {
            look.traffic.taken += count * bytes
            look.traffic.acknowledged += count * (bytes - 2)
        }

        /// Whether the connection is cut at a look; the socket was found empty `emptied` times since the last one.
        mutating func isCut(emptied: UInt64 = 2) -> Bool {
            look.emptied? += emptied
            defer { look.delivered = nil }
            return watch.look(look, limit: ConnectionWatchTests.limit, waiting: 64 * ConnectionWatchTests.limit)
        }
    }

    private func expectNoCut(
        of peer: inout Simulation,
        emptied: UInt64 = 2,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let isCut = peer.isCut(emptied: emptied)
        #expect(!isCut, sourceLocation: sourceLocation)
    }

    @Test func aMessageWithoutAnEndIsCut() {
        var peer = Simulation()
        var cut = false
        for _ in 0..<20 where !cut {
            peer.parts(100)
            cut = peer.isCut()
        }
        #expect(cut)
        #expect(peer.look.traffic.taken <= 1300)
    }

    @Test func theLargestRequestIsNot() {
        var peer = Simulation()
        for _ in 0..<100 {
            peer.parts(Self.limit - 10)
            expectNoCut(of: &peer)
            peer.parts(10)
            peer.read(Self.limit)
            expectNoCut(of: &peer)
            #expect(!peer.watch.isSuspect && peer.watch.unfinished == 0)
        }
    }

    @Test func aBurstThatWasReadLeavesNoSuspect() {
        var peer = Simulation()
        // Thirty requests are there before any of them is read, and the reader is slow.
        for _ in 0..<30 { peer.parts(900) }
        expectNoCut(of: &peer, emptied: 0)
        #expect(peer.watch.isSuspect)
        for _ in 0..<30 {
            peer.read(900)
            expectNoCut(of: &peer, emptied: 0)
        }
        #expect(!peer.watch.isSuspect && peer.watch.unfinished == 0)
    }

    @Test func messagesThatWaitDoNotHideOneWithoutAnEnd() {
        var peer = Simulation()
        // Ten whole ones, and behind them one without an end, while one is read at each look.
        peer.parts(10 * 50)
        var cut = false
        for _ in 0..<10 where !cut {
            peer.parts(500)
            peer.read(50)
            expectNoCut(of: &peer, emptied: 0)
        }
        for _ in 0..<3 where !cut { cut = peer.isCut() }
        #expect(cut)
    }

    @Test func whileNobodyReadsNoMoreIsTakenThanMayWait() {
        var peer = Simulation()
        for _ in 0..<64 {
            peer.parts(Self.limit)
            expectNoCut(of: &peer, emptied: 0)
        }
        peer.parts(2 * Self.limit)
        let isCut = peer.isCut(emptied: 0)
        #expect(isCut)
    }

    @Test(arguments: [9, 25, 42, 58] as [UInt64])
    func pingsAreNeverCut(_ size: UInt64) {
        var peer = Simulation()
        var random = SeededGenerator()
        // The acknowledgement of the answer comes a while after the ping.
        var late: [UInt64] = []
        for _ in 0..<20_000 {
            peer.look.traffic.taken += size
            late.append(size - 2)
            while late.count > Int.random(in: 0...6, using: &random) {
                peer.look.traffic.acknowledged += late.removeFirst()
            }
            let isCut = peer.isCut()
            #expect(!isCut && peer.watch.unfinished <= 7 * size, "seed \(random.seed)")
            if isCut { return }
        }
    }

    @Test func pingsDoNotHideAMessageWithoutAnEnd() {
        var peer = Simulation()
        var cut = false
        for _ in 0..<600 where !cut {
            peer.pings(100)
            peer.parts(2)
            cut = peer.isCut()
        }
        #expect(cut)
    }

    @Test func whatTheServiceSendsDoesNotHideOneForLong() {
        var peer = Simulation()
        // A subscriber to much, that acknowledges more than it sends, in frames without a byte that cost 64 each.
        var cut = false
        for _ in 0..<1000 where !cut {
            peer.look.sent += 1
            peer.look.traffic.acknowledged += 100_000
            peer.parts(10_000)
            peer.look.memory? += 320_000
            cut = peer.isCut()
        }
        #expect(cut)
        #expect(peer.look.memory ?? 0 <= 20 << 20)
    }

    @Test func pingsBesideMuchThatTheServiceSendsAreNotCut() {
        var peer = Simulation()
        for round in 0..<20_000 as Range<Int> {
            peer.look.sent += 1
            peer.look.traffic.acknowledged += 100_000
            peer.pings(500)
            // The memory goes up and down with what the program does.
            peer.look.memory = (round % 100) * 100_000
            expectNoCut(of: &peer)
        }
    }
}
