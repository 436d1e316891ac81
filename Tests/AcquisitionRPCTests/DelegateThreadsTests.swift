import Synchronization
import TestSupport
import Testing

@testable import AcquisitionRPC

@Suite(.serialized, .timeLimit(.minutes(1)))
struct DelegateThreadsTests {
    private let factory = ThreadFactory()

    private func threads(_ change: (inout DelegateThreads.Limits) -> Void = { _ in }) -> DelegateThreads {
        var limits = DelegateThreads.Limits()
        change(&limits)
        return DelegateThreads("test", limits: limits, factory: factory.make)
    }

    @Test func aThreadIsMadeAtTheStartAndKept() {
        let threads = threads()
        #expect(threads.start())
        #expect(factory.made == 1 && threads.parkedCount == 1)
        factory.refuses = true
        let hasRun = Alarm()
        #expect(threads.run { hasRun.ring() }, "needs no new one")
        #expect(hasRun.wait(atMost: .seconds(10)))
        threads.stop()
    }

    @Test func withoutAThreadThereIsNoStart() {
        factory.refuses = true
        #expect(!threads().start())
    }

    @Test func threadsAreUsedAgain() {
        let threads = threads()
        #expect(threads.start())
        for _ in 0..<100 {
            let hasRun = Alarm()
            #expect(threads.run { hasRun.ring() })
            #expect(hasRun.wait(atMost: .seconds(10)))
            #expect(becomesTrue { threads.workingCount == 0 })
        }
        #expect(factory.made == 1)
        threads.stop()
    }

    @Test func oneBeyondTheLastIsMadeWhileTheSystemHasAny() {
        let threads = threads()
        #expect(threads.start())
        #expect(threads.room(beside: 1) == .all)
        let gate = Gate()
        #expect(threads.run { gate.wait() })
        factory.refuses = true
        #expect(threads.room(beside: 1) == .urgent, "the last one is gone, and there is no other")
        #expect(!threads.run {})
        factory.refuses = false
        #expect(becomesTrue { threads.room(beside: 1) == .all }, "it is tried again")
        gate.open()
        threads.stop()
    }

    @Test func whoeverComesBackIsToldOfWhereItWasWaitedFor() {
        let threads = threads()
        let isFreed = Alarm()
        #expect(threads.start { isFreed.ring() })
        let gate = Gate()
        #expect(threads.run { gate.wait() })
        factory.refuses = true
        #expect(threads.room(beside: 1) == .urgent)
        gate.open()
        #expect(isFreed.wait(atMost: .seconds(10)))
        #expect(threads.room(beside: 1) == .all, "it counts already")
        threads.stop()
    }

    @Test func thereAreNoMoreThanTheLimits() {
        let threads = threads {
            $0.maximum = 3
            $0.reserve = 2
        }
        #expect(threads.start())
        let gate = Gate()
        var rooms: [DelegateThreads.Room] = []
        for _ in 0..<5 {
            rooms.append(threads.room(beside: 1))
            #expect(threads.run { gate.wait() })
        }
        #expect(rooms == [.all, .all, .all, .urgent, .urgent])
        #expect(threads.room(beside: 1) == .none)
        #expect(!threads.run {})
        gate.open()
        #expect(becomesTrue { threads.workingCount == 0 })
        #expect(threads.room(beside: 1) == .all)
        threads.stop()
    }

    @Test func threadsThatNobodyNeedsEnd() {
        let threads = threads {
            $0.idle = .milliseconds(20)
            $0.parked = 2
        }
        #expect(threads.start())
        let gate = Gate()
        for _ in 0..<10 { #expect(threads.run { gate.wait() }) }
        gate.open()
        #expect(becomesTrue { threads.workingCount == 0 && threads.parkedCount == 2 })
        #expect(becomesTrue { factory.running == 2 })
        threads.stop()
        #expect(becomesTrue { factory.running == 0 })
    }

    @Test func whatIsScheduledRunsWhenItIsTimeAndNotBefore() {
        let threads = threads()
        #expect(threads.start())
        let hasRun = Alarm()
        let time = ContinuousClock.now + .milliseconds(20)
        let ranAt = Mutex<ContinuousClock.Instant?>(nil)
        threads.schedule(at: time) {
            ranAt.withLock { $0 = .now }
            hasRun.ring()
        }
        #expect(hasRun.wait(atMost: .seconds(10)))
        #expect((ranAt.withLock { $0 } ?? time - .seconds(1)) >= time)
        #expect(factory.made == 1)
        threads.stop()
    }

    @Test func whatIsCancelledOrReplacedDoesNotRun() {
        let threads = threads()
        #expect(threads.start())
        let runs = Mutex<[Int]>([])
        let isOver = Alarm()
        threads.schedule(at: .now + .milliseconds(5)) { runs.withLock { $0.append(1) } }
        threads.cancelScheduled()
        threads.schedule(at: .now + .seconds(3600)) { runs.withLock { $0.append(2) } }
        // Earlier than what the thread waits for now.
        threads.schedule(at: .now + .milliseconds(20)) {
            runs.withLock { $0.append(3) }
            isOver.ring()
        }
        #expect(isOver.wait(atMost: .seconds(10)))
        #expect(runs.withLock { $0 } == [3])
        threads.stop()
    }

    /// The only parked thread waits for the time, and gets other work: the next to come back takes over.
    @Test func whatIsScheduledOutlivesTheThreadThatWaitedForIt() {
        let threads = threads()
        #expect(threads.start())
        let (hasRun, gate) = (Alarm(), Gate())
        threads.schedule(at: .now + .milliseconds(50)) { hasRun.ring() }
        #expect(threads.run { gate.wait() })
        factory.refuses = true
        gate.open()
        #expect(hasRun.wait(atMost: .seconds(10)))
        threads.stop()
    }

    @Test func afterTheStopNothingRuns() {
        let threads = threads()
        #expect(threads.start())
        threads.stop()
        #expect(threads.parkedCount == 0 && !threads.run {})
        threads.schedule(at: .now) { Issue.record("it has been stopped") }
        #expect(becomesTrue { factory.running == 0 })
    }

    /// No work is lost, whoever parks, ends, and is given work at the same time.
    @Test func everythingThatIsTakenRuns() {
        let threads = threads {
            $0.idle = .microseconds(100)
            $0.maximum = 8
        }
        #expect(threads.start())
        let taken = Atomic(0)
        let done = Atomic(0)
        let producers = DelegateThreads("producers")
        #expect(producers.start())
        let ended = Atomic(0)
        for _ in 0..<4 {
            _ = producers.run {
                for _ in 0..<5_000 where threads.run({ done.add(1, ordering: .relaxed) }) {
                    taken.add(1, ordering: .relaxed)
                }
                ended.add(1, ordering: .releasing)
            }
        }
        #expect(becomesTrue { ended.load(ordering: .acquiring) == 4 })
        #expect(becomesTrue { done.load(ordering: .relaxed) == taken.load(ordering: .relaxed) })
        #expect(taken.load(ordering: .relaxed) > 0)
        producers.stop()
        threads.stop()
    }
}
