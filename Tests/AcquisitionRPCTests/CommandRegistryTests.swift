import AcquisitionModel
import Testing

@testable import AcquisitionRPC

struct CommandRegistryTests {
    private let start = ContinuousClock.now
    private let pending = ApiCommandRequestResponse(.pendingWithNotification)

    private func registry(_ limits: LoadLimits = LoadLimits(commandsPerSecond: nil)) -> CommandRegistry {
        CommandRegistry(limits: limits)
    }

    private func job(_ nonce: Int, _ command: ApiCommand = .getStatus, peer: UInt8 = 1) -> CommandJob {
        CommandJob(ApiCommandRequest(command, nonce: JSONValue(nonce)), peer: PeerAddress(envelope: [[peer]]))
    }

    @discardableResult
    private func admit(
        _ job: CommandJob,
        _ registry: inout CommandRegistry,
        bytes: Int = 0,
        deadline: ContinuousClock.Instant? = nil
    ) -> CommandRegistry.Decision {
        let decision = registry.admit(job, digest: nil, bytes: bytes, now: start, deadline: deadline)
        if decision == .admitted { _ = registry.endInline(job, task: Task {}) }
        return decision
    }

    @Test func commandsAreOverdueOnceAndInOrder() {
        var registry = registry()
        let jobs = (0..<5).map { job($0) }
        for (index, job) in jobs.enumerated() {
            #expect(admit(job, &registry, deadline: start + .milliseconds(index)) == .admitted)
        }
        #expect(registry.returned(jobs[1], .success(), now: start) == .reply(.success()))
        let overdue = registry.takeOverdue(now: start + .milliseconds(2))
        #expect(overdue.map(\.job.request.nonce) == [0, 2])
        #expect(registry.takeOverdue(now: start + .milliseconds(2)).isEmpty)
        #expect(registry.takeOverdue(now: start + .seconds(1)).map(\.job.request.nonce) == [3, 4])
    }

    @Test func aClosedRegistryTakesNothing() {
        var registry = registry()
        admit(job(1), &registry)
        #expect(registry.close().effects.count == 1)
        #expect(admit(job(2), &registry) == .closed)
        #expect(registry.admit(later: job(3), now: start) == false)
    }

    @Test func aDelegateThatReturnsPendingWhileItStopsHasItsResult() {
        var registry = registry()
        let job = job(1)
        admit(job, &registry)
        #expect(registry.returned(job, pending, now: start) == .reply(pending))
        let effects = registry.close().effects
        #expect(effects.map(\.action) == [.publish(.failed(CommandRegistry.stopped))])
        #expect(registry.returned(job, .success(), now: start) == .nothing)
    }

    @Test func aReplyThatTheTransportTakesAlongIsTakenAlsoWhileItStops() {
        var registry = registry()
        let job = job(1)
        #expect(registry.admit(job, digest: nil, now: start, deadline: nil) == .admitted)
        #expect(registry.returned(job, .success(), now: start) == .nothing)
        #expect(registry.close().effects.isEmpty)
        #expect(registry.endInline(job, task: Task {}).reply == .success())
        #expect(registry.records.isEmpty)
    }

    @Test func workBegunAfterTheDelegateReturnedHasTheResult() {
        var registry = registry()
        let job = job(7, .setApplicationMode)
        admit(job, &registry)
        #expect(registry.returned(job, pending, now: start) == .reply(pending))
        // In a task of the application's own, which has inherited that of the delegate, or on any other thread.
        for current in [job, nil] {
            var registry = registry
            guard case .result(let owner) = registry.beginWork(for: job.name, current: current) else {
                Issue.record("the command owns the work")
                continue
            }
            #expect(owner === job)
            #expect(registry.workEnded(job, .success(), now: start) == .publish(.success()))
            #expect(registry.takeExpired(now: start + .seconds(7200), "late").effects.isEmpty)
            #expect(registry.records.isEmpty && registry.names.isEmpty)
            if case .over(false) = registry.beginWork(for: job.name, current: job) {
            } else {
                Issue.record("it is over")
            }
        }
    }

    @Test func whatIsPendingForTooLongIsGivenUpOnceAndComesTooLate() {
        var registry = registry(LoadLimits(pendingTime: .seconds(10)))
        let (running, owed) = (job(1), job(2))
        admit(running, &registry, deadline: start)
        admit(owed, &registry)
        #expect(registry.takeOverdue(now: start).count == 1)
        #expect(registry.returned(owed, pending, now: start) == .reply(pending))
        #expect(registry.takeExpired(now: start + .seconds(5), "late").effects.isEmpty)
        let expired = registry.takeExpired(now: start + .seconds(11), "late").effects
        #expect(expired.map(\.job.request.nonce) == [1, 2])
        #expect(expired.allSatisfy { $0.action == .publish(.failed("late")) })
        #expect(registry.returned(running, .success(), now: start) == .drop)
        if case .late = registry.publishes(owed.name, now: start) {} else { Issue.record("it is late") }
        if case .unknown = registry.publishes(owed.name, now: start) {} else { Issue.record("nobody waited for it") }
        if case .over = registry.beginWork(for: running.name, current: running) {} else { Issue.record("it is over") }
        #expect(registry.nextExpiry == nil && registry.records.isEmpty && registry.results.count <= 2)
    }

    @Test func theOldestOfSeveralUnderOneNameHasTheResult() {
        var registry = registry()
        let jobs = [job(-1), job(-1), job(-1)]
        for job in jobs {
            admit(job, &registry)
            #expect(registry.returned(job, pending, now: start) == .reply(pending))
        }
        for job in jobs {
            guard case .result(let owner) = registry.publishes(job.name, now: start) else {
                Issue.record("a command waits for it")
                continue
            }
            #expect(owner === job)
        }
        #expect(registry.records.isEmpty && registry.names.isEmpty)
    }

    @Test func nothingStaysOfCommandsThatAreDone() {
        var registry = registry()
        // One that takes long must not keep the deadlines of those that come after it.
        let long = job(0)
        admit(long, &registry, deadline: start + .seconds(100))
        #expect(registry.takeOverdue(now: start + .seconds(100)).count == 1)
        for index in 1...100_000 {
            let job = job(index)
            admit(job, &registry, deadline: start + .seconds(100))
            let first = index.isMultiple(of: 2) ? pending : .success()
            #expect(registry.returned(job, first, now: start) == .reply(first))
            if index.isMultiple(of: 2) { _ = registry.publishes(job.name, now: start) }
        }
        #expect(registry.deadlineCount < 1_000)
        #expect(registry.records.count == 1 && registry.names.count == 1)
    }

    @Test func bytesAreCountedUntilTheEndOfACommand() {
        var limits = LoadLimits(commandsPerSecond: nil, bytesPerPeer: 100_000, bytes: 150_000)
        limits.pendingTime = nil
        var registry = registry(limits)
        let first = job(1)
        #expect(admit(first, &registry, bytes: 90_000) == .admitted)
        #expect(registry.returned(first, pending, now: start) == .reply(pending))
        #expect(admit(job(2), &registry, bytes: 20_000) == .refused(.bytesPerPeer(100_000)))
        #expect(admit(job(3, .emergencyStop), &registry, bytes: 20_000) == .admitted)
        #expect(admit(job(4, peer: 2), &registry, bytes: 50_000) == .refused(.bytes(150_000)))
        #expect(admit(job(5, peer: 2), &registry, bytes: 10_000) == .admitted)
        _ = registry.publishes(first.name, now: start)
        #expect(admit(job(6, peer: 3), &registry, bytes: 200_000) == .refused(.bytes(150_000)))
        #expect(admit(job(7), &registry, bytes: 70_000) == .admitted)
    }

    @Test func aSingleCommandOfAnySizeFits() {
        var registry = registry(LoadLimits(bytesPerPeer: 10, bytes: 10))
        #expect(admit(job(1), &registry, bytes: .max / 2) == .admitted)
    }
}
