import AcquisitionRPC
import Foundation
import Testing

@testable import AcquisitionZeroMQ

struct ConnectionBudgetTests {
    typealias Origin = ConnectionBudget.Origin

    /// A value that expectations may change.
    private final class Box<Value> {
        var value: Value

        init(_ value: Value) { self.value = value }

        func change<Result>(_ body: (inout Value) -> Result) -> Result { body(&value) }
    }

    private func budget(_ connections: Int, perAddress: Int? = nil, base: Int = 0) -> Box<ConnectionBudget> {
        Box(ConnectionBudget(ConnectionBudget.Limits(connections: connections, perAddress: perAddress), base: base))
    }

    @Test func thisMachineMayHaveEveryPlace() {
        let budget = budget(3)
        for descriptor in 10..<13 as Range<Int32> {
            #expect(budget.change { $0.take(descriptor, from: .local, wall: 1_000) } == nil)
        }
        #expect(!budget.value.hasRoom(wall: 1_000))
        #expect(budget.change { $0.take(13, from: .local, wall: 1_000) } == .connections)
        #expect(budget.change { $0.release(11) })
        #expect(!budget.change { $0.release(11) } && !budget.change { $0.release(13) })
        #expect(budget.change { $0.take(13, from: .local, wall: 1_000) } == nil)
        #expect(budget.value.count == 3)
    }

    /// The number of a descriptor says how many are in use, whoever has them.
    @Test func theReserveIsForNoConnection() {
        let budget = budget(.max, base: 20)
        #expect(budget.value.places(wall: 48) == 28)
        #expect(budget.change { $0.take(47, from: .local, wall: 48) } == nil)
        #expect(budget.change { $0.take(48, from: .local, wall: 48) } == .descriptors)
        #expect(budget.change { $0.take(49, from: .remote("a"), wall: 48) } == .descriptors)
        #expect(budget.value.count == 1)
    }

    @Test func oneAddressHasHalfAndAllOfThemLeaveAnEighth() {
        let budget = budget(64)
        var reasons: [CutConnection.Reason?] = []
        for descriptor in 0..<33 as Range<Int32> {
            reasons.append(budget.change { $0.take(descriptor, from: .remote("a"), wall: 1_000) })
        }
        #expect(reasons == [CutConnection.Reason?](repeating: nil, count: 32) + [.addressShare])
        for descriptor in 100..<124 as Range<Int32> {
            #expect(budget.change { $0.take(descriptor, from: .remote("b"), wall: 1_000) } == nil)
        }
        #expect(budget.change { $0.take(124, from: .remote("c"), wall: 1_000) } == .connections)
        for descriptor in 200..<208 as Range<Int32> {
            #expect(budget.change { $0.take(descriptor, from: .local, wall: 1_000) } == nil)
        }
        #expect(budget.change { $0.take(208, from: .local, wall: 1_000) } == .connections)
        let hadPlace = budget.change { $0.release(0) }
        #expect(hadPlace)
        #expect(budget.change { $0.take(209, from: .remote("a"), wall: 1_000) } == nil)
    }

    @Test func theShareOfAnAddressMayBeSet() {
        let budget = budget(64, perAddress: 2)
        #expect(budget.change { $0.take(1, from: .remote("a"), wall: 100) } == nil)
        #expect(budget.change { $0.take(2, from: .remote("a"), wall: 100) } == nil)
        #expect(budget.change { $0.take(3, from: .remote("a"), wall: 100) } == .addressShare)
        #expect(budget.change { $0.take(4, from: .remote("b"), wall: 100) } == nil)
    }

    /// What was closed without a word makes room for what has its descriptor now.
    @Test func aDescriptorIsCountedOnce() {
        let budget = budget(2)
        for _ in 0..<5 { #expect(budget.change { $0.take(7, from: .remote("a"), wall: 100) } == nil) }
        #expect(budget.value.count == 1)
    }

    @Test(arguments: [
        (nil, Origin.local), ("127.0.0.1", .local), ("127.9.9.9", .local), ("::1", .local),
        ("::ffff:127.0.0.1", .local), ("::ffff:10.0.0.1", .remote("10.0.0.1")), ("10.0.0.1", .remote("10.0.0.1")),
    ])
    func whereAPeerIs(_ address: String?, _ origin: Origin) { #expect(Origin(address) == origin) }

    @Test func anIPv6NetworkIsOneAddress() {
        #expect(Origin("2001:db8:1:2::1") == Origin("2001:db8:1:2:ffff::9"))
        #expect(Origin("2001:db8:1:2::1") != Origin("2001:db8:1:3::1"))
        #expect(Origin("fe80::1%eth0") == Origin("fe80::2%eth0"))
        #expect(Origin("fe80::1%eth0") != .local)
    }

    @Test func aCrowdIsTurnedAwayByTheSystemForAMoment() {
        var pace = RefusalPace()
        let start = ContinuousClock.now
        #expect(pace.wait(at: start) == nil)
        for _ in 0..<249 { pace.refused(1, at: start) }
        #expect(!pace.isClosed)
        pace.refused(10, at: start)
        #expect(pace.isClosed && pace.wait(at: start + .milliseconds(50)) == .milliseconds(200))
        pace.tend(at: start + .milliseconds(249), hasRoom: false, isClear: true)
        #expect(pace.isClosed)
        var later = pace
        later.tend(at: start + .milliseconds(250), hasRoom: false, isClear: true)
        #expect(!later.isClosed && later.wait(at: start + .milliseconds(250)) == nil)
        // At once where a place is free.
        pace.tend(at: start + .milliseconds(1), hasRoom: true, isClear: false)
        #expect(!pace.isClosed)
    }

    @Test func thoseWhoComeSlowlyAreEachRefused() {
        var pace = RefusalPace()
        let start = ContinuousClock.now
        for number in 0..<1_000 {
            pace.refused(2, at: start + .milliseconds(10) * number)
            #expect(!pace.isClosed)
        }
    }

    @Test func nobodyComesUntilTheReserveIsFreeAgain() {
        var pace = RefusalPace()
        let start = ContinuousClock.now
        pace.overrun(at: start)
        #expect(pace.isClosed && pace.wait(at: start) == .milliseconds(250))
        var clear = pace
        pace.tend(at: start + .milliseconds(1), hasRoom: true, isClear: false)
        #expect(pace.isClosed)
        clear.tend(at: start + .milliseconds(1), hasRoom: false, isClear: true)
        #expect(!clear.isClosed)
        // Whatever libzmq forgets to tell.
        pace.tend(at: start + .milliseconds(250), hasRoom: false, isClear: false)
        #expect(!pace.isClosed)
    }

    /// What else the process holds of the reserve is made good for below, however much that is.
    @Test func theReserveGrowsByWhatOthersHoldOfIt() throws {
        let limit = try #require(DescriptorLimit.ofProcess?.current)
        let numbers = DescriptorReserve().numbers
        var free = DescriptorWall(DescriptorReserve())
        let first = free.first(at: .now) { _ in false }
        try #require(first == numbers.lowerBound)
        // A descriptor near the limit.
        let high = fcntl(STDERR_FILENO, F_DUPFD, Int32(limit - 5))
        try #require(high >= limit - 5)
        defer { close(high) }
        var taken = DescriptorWall(DescriptorReserve())
        let lower = taken.first(at: .now) { _ in false }
        #expect(lower == first - 1)
        var mine = DescriptorWall(DescriptorReserve())
        let same = mine.first(at: .now) { $0 == high }
        #expect(same == first)
    }

    @Test func theReserveMayBeEverything() {
        let reserve = DescriptorReserve(1 << 30)
        let wall = Box(DescriptorWall(reserve))
        let now = ContinuousClock.now
        #expect(wall.change { $0.first(at: now, besides: { _ in false }) } == 0)
        let none = Box(DescriptorWall(DescriptorReserve(0)))
        #expect(none.change { $0.first(at: now, besides: { _ in false }) } == reserve.numbers.upperBound)
    }
}
