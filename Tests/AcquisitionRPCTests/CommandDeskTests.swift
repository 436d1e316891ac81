import AcquisitionModel
import Testing

@testable import AcquisitionRPC

struct CommandDeskTests {
    private let desk = CommandDesk(limits: LoadLimits(commandsPerSecond: nil))
    private let start = ContinuousClock.now

    private func job(_ nonce: Int) -> CommandJob {
        CommandJob(request: ApiCommandRequest(.getStatus, nonce: JSONValue(nonce)), peer: PeerAddress(envelope: []))
    }

    @Test func jobsAreOverdueOnceAndInOrder() {
        let jobs = (0..<5).map(job)
        for (index, job) in jobs.enumerated() {
            #expect(open(job, deadline: start + .milliseconds(index)) == .admitted)
        }
        desk.close(jobs[1])
        #expect(desk.takeOverdue(now: start + .milliseconds(2)).map(\.request.nonce) == [0, 2])
        #expect(desk.takeOverdue(now: start + .milliseconds(2)).isEmpty)
        #expect(desk.takeOverdue(now: start + .seconds(1)).map(\.request.nonce) == [3, 4])
    }

    @Test func aClosedDeskTakesNothing() {
        _ = open(job(1))
        let (jobs, broken) = desk.closeDown()
        #expect(jobs.count == 1)
        #expect(broken.isEmpty)
        #expect(open(job(2)) == .closed)
    }

    @Test func promisesThatAreNotKeptFail() {
        for _ in 0..<2 { desk.promise(CommandJob(later: ApiCommandRequest(.setApplicationMode, nonce: 7))) }
        desk.promise(CommandJob(later: ApiCommandRequest(.getStatus, nonce: "x")))
        desk.keptPromise(.setApplicationMode, nonce: 7)
        let (_, broken) = desk.closeDown()
        #expect(Set(broken.map(\.promise.nonce)) == [7, "x"])
        #expect(broken.count == 2)
        #expect(broken[0].response("why").result == .failed)
        #expect(broken[0].response("why").nonce == broken[0].promise.nonce)
    }

    @Test func aJobThatPromisedPublishesNothingItself() {
        let job = job(7)
        #expect(open(job) == .admitted)
        #expect(job.tookTooLong() == .reply(ApiCommandRequestResponse(.pendingWithNotification)))
        desk.promise(job)
        // The application publishes, and the service stops, before the delegate's job has come to its end.
        #expect(desk.keptPromise(.getStatus, nonce: 7) == .inTime(nil))
        #expect(job.stopping() == .nothing)
    }

    @Test func memoryDoesNotGrowWithTheCommandsServed() {
        for index in 0..<100_000 {
            let job = job(index)
            #expect(open(job, deadline: start + .seconds(100)) == .admitted)
            desk.close(job)
        }
        #expect(desk.deadlineCount == 0)
    }

    @Test func whatIsPendingForTooLongIsGivenUpOnce() {
        let desk = CommandDesk(limits: LoadLimits(pendingTime: .seconds(10)))
        let running = job(1)
        #expect(desk.open(running, digest: nil, now: start, deadline: nil) == .admitted)
        #expect(desk.answered(running, [], isPending: true).isEmpty)
        let promising = job(2)
        #expect(desk.open(promising, digest: nil, now: start, deadline: nil) == .admitted)
        desk.promise(promising)
        desk.close(promising)
        let early = desk.takeExpired(now: .now + .seconds(5))
        #expect(early.jobs.isEmpty && early.broken.isEmpty)
        let expired = desk.takeExpired(now: .now + .seconds(11))
        #expect(expired.jobs.map(\.request.nonce) == [1])
        #expect(expired.broken.map(\.promise.nonce) == [2])
        #expect(desk.keptPromise(.getStatus, nonce: 2) == .tooLate)
        #expect(desk.keptPromise(.getStatus, nonce: 2) == .inTime(nil), "a result that nobody waited for is published")
        #expect(desk.nextExpiry == nil)
    }

    private func open(_ job: CommandJob, deadline: ContinuousClock.Instant? = nil) -> CommandDesk.Opening {
        desk.open(job, digest: nil, now: start, deadline: deadline)
    }
}
