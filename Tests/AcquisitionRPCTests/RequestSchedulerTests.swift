import AcquisitionModel
import Testing

@testable import AcquisitionRPC

final class RequestSchedulerTests {
    private let start = ContinuousClock.now
    private var scheduler = RequestScheduler()

    init() { _ = scheduler.open(now: start) }

    /// Adds a request; whether a thread is to come.
    @discardableResult
    private func add(
        _ id: UInt64,
        of client: UInt64,
        isUrgent: Bool = false,
        room: DelegateThreads.Room = .all,
        after time: Duration = .zero
    ) -> String {
        let action = scheduler.add(
            [],
            id: id,
            of: client,
            nil,
            isUrgent: isUrgent,
            room: room,
            now: start + time
        )
        return switch action {
        case .nothing: "nothing"
        case .wake: "wake"
        case .refuse: "refuse"
        }
    }

    private func next(
        _ room: DelegateThreads.Room = .all,
        after time: Duration = .zero
    ) -> RequestScheduler.Run? {
        scheduler.next(room, now: start + time)
    }

    @Test func theRequestsOfAClientBeginOneAfterAnother() throws {
        #expect(add(1, of: 1) == "wake")
        #expect(add(2, of: 1) == "wake", "nobody has begun yet")
        let first = try #require(next())
        #expect(first.request == 1)
        #expect(next() == nil)
        scheduler.ended(first, now: start)
        #expect(next()?.request == 2)
    }

    @Test func clientsHaveTheirTurns() throws {
        for id in 1...3 as ClosedRange<UInt64> { add(id, of: 1) }
        add(1, of: 2)
        let first = try #require(next())
        scheduler.ended(first, now: start)
        #expect(next()?.client == 2)
        #expect(next()?.request == 2)
    }

    @Test func oneThatRunsForASecondIsPassed() throws {
        add(1, of: 1)
        add(2, of: 1)
        let first = try #require(next())
        #expect(scheduler.look(.all, now: start + .milliseconds(999)).isWaking == false)
        #expect(scheduler.look(.all, now: start).again == start + .seconds(1))
        #expect(scheduler.look(.all, now: start + .seconds(1)).isWaking)
        let second = try #require(next(after: .seconds(1)))
        #expect(second.request == 2)
        add(3, of: 1)
        // Whoever was passed has no say any more.
        scheduler.ended(first, now: start + .seconds(1))
        #expect(next(after: .seconds(1)) == nil)
        scheduler.ended(second, now: start + .seconds(1))
        #expect(next(after: .seconds(1))?.request == 3)
    }

    @Test func whatIsUrgentWaitsForNobody() {
        add(1, of: 1)
        #expect(next()?.request == 1)
        add(2, of: 1)
        #expect(add(3, of: 1, isUrgent: true, room: .urgent) == "wake")
        #expect(next(.none) == nil)
        #expect(next(.urgent)?.request == 3)
        #expect(next(.urgent) == nil, "the other waits")
    }

    @Test func withoutRoomRequestsWaitUntilNothingGetsOn() throws {
        add(1, of: 1)
        #expect(next() != nil)
        #expect(add(1, of: 2, room: .urgent) == "nothing")
        #expect(next(.urgent) == nil)
        #expect(!scheduler.look(.urgent, now: start + .milliseconds(999)).isWaking)
        #expect(scheduler.look(.urgent, now: start + .seconds(1)).isWaking)
        let refused = try #require(next(.urgent, after: .seconds(1)))
        #expect(refused.client == 2 && refused.isCrowded)
        #expect(add(2, of: 2, room: .urgent, after: .seconds(1)) == "wake", "at once from now on")
        #expect(next(.urgent, after: .seconds(1))?.isCrowded == true)
    }

    @Test func whatExceedsTheLimitsIsRefused() {
        var limits = WaitingLimits()
        limits.perClient = 2
        scheduler = RequestScheduler(limits: limits)
        _ = scheduler.open(now: start)
        for id in 1...2 as ClosedRange<UInt64> { add(id, of: 1) }
        #expect(add(3, of: 1) == "wake")
        #expect(next()?.isCrowded == true)
        #expect(next()?.request == 1)
        for id in 4...4 as ClosedRange<UInt64> { add(id, of: 1) }
        for id in 0..<UInt64(RequestScheduler.refusals) { #expect(add(100 + id, of: 1) == "wake") }
        #expect(add(99_999, of: 1) == "refuse", "its client does it itself")
    }

    @Test func whatIsForgottenDoesNotRun() {
        add(1, of: 1)
        add(2, of: 1)
        scheduler.forget(id: 1, of: 1)
        scheduler.forget(id: 9, of: 9)
        #expect(scheduler.waitingCount == 1)
        #expect(next()?.request == 2)
        add(3, of: 1)
        scheduler.remove(1)
        #expect(scheduler.waitingCount == 0 && next() == nil)
    }

    @Test func withoutServiceRequestsWaitForOne() {
        scheduler = RequestScheduler()
        #expect(add(1, of: 1) == "nothing")
        #expect(next() == nil)
        let number = scheduler.open(now: start)
        #expect(scheduler.service == number)
        #expect(scheduler.look(.all, now: start).isWaking)
        add(2, of: 1)
        #expect(next()?.request == 1)
        #expect(scheduler.close().map(\.request) == [2])
        #expect(scheduler.service == nil && scheduler.waitingCount == 0)
        #expect(scheduler.open(now: start) != number)
    }

    /// As many clients as there may be ask at once: a thread each only where delegates block.
    @Test func quickDelegatesCostNoThreadForEachClient() throws {
        for client in 1...20 as ClosedRange<UInt64> { add(1, of: client) }
        let first = try #require(next())
        for _ in 1..<RequestScheduler.calmRuns { #expect(scheduler.isMore && next() != nil) }
        #expect(!scheduler.isMore)
        scheduler.ended(first, now: start)
        #expect(next() != nil, "the thread that has ended goes on")
        #expect(scheduler.look(.all, now: start + .milliseconds(2)).isWaking)
        #expect(scheduler.isMore, "they block")
    }
}
