import AcquisitionModel
import Testing

@testable import AcquisitionRPC

struct CommandDeskTests {
    private let desk = CommandDesk()
    private let start = ContinuousClock.now

    private func job(_ nonce: Int) -> CommandJob {
        CommandJob(request: ApiCommandRequest(.getStatus, nonce: JSONValue(nonce)), peer: PeerAddress(envelope: []))
    }

    @Test func jobsAreOverdueOnceAndInOrder() throws {
        let ids = try (0..<5).map { index in
            try #require(desk.open(job(index), deadline: start + .milliseconds(index)))
        }
        desk.close(ids[1])
        #expect(desk.takeOverdue(now: start + .milliseconds(2)).map(\.request.nonce) == [0, 2])
        #expect(desk.takeOverdue(now: start + .milliseconds(2)).isEmpty)
        #expect(desk.takeOverdue(now: start + .seconds(1)).map(\.request.nonce) == [3, 4])
    }

    @Test func aClosedDeskTakesNothing() {
        _ = desk.open(job(1), deadline: nil)
        let (jobs, broken) = desk.closeDown()
        #expect(jobs.count == 1)
        #expect(broken.isEmpty)
        #expect(desk.open(job(2), deadline: nil) == nil)
    }

    @Test func promisesThatAreNotKeptFail() {
        let job = CommandJob(later: ApiCommandRequest(.setApplicationMode, nonce: 7))
        desk.promise(job)
        desk.promise(job)
        desk.promise(CommandJob(later: ApiCommandRequest(.getStatus, nonce: "x")))
        desk.keptPromise(.setApplicationMode, nonce: 7)
        let (_, broken) = desk.closeDown()
        #expect(Set(broken.map(\.nonce)) == [7, "x"])
        #expect(broken.count == 2)
        #expect(broken.allSatisfy { $0.result == .failed })
    }

    @Test func memoryDoesNotGrowWithTheCommandsServed() throws {
        for index in 0..<100_000 {
            let id = try #require(desk.open(job(index), deadline: start + .seconds(100)))
            desk.close(id)
        }
        #expect(desk.deadlineCount == 0)
    }
}
