import AcquisitionModel
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import AcquisitionRPC

/// A service begins no command after its deadline, or one that was meant for another start.
@Suite(.timeLimit(.minutes(1)))
struct DeadlineTests {
    private let transport = HandTransport()
    private let runs = Runs()

    private final class Runs: Sendable {
        private let commands = Mutex<[ApiCommand]>([])
        func add(_ command: ApiCommand) { commands.withLock { $0.append(command) } }
        var all: [ApiCommand] { commands.withLock { $0 } }
    }

    private func service(_ change: (inout RpcOptions) -> Void = { _ in }) throws -> TransportRpcService {
        let service = try transport.service(change)
        service.setDelegate { [runs] request in
            runs.add(request.command)
            return .success(["run": JSONValue(runs.all.count)])
        }
        return service
    }

    private func ask(_ command: Int, _ time: String, nonce: Int = 1, client: String = #","client":"me""#) throws
        -> ApiCommandReply
    {
        try #require(try transport.ask(#"{"command":\#(command),"nonce":\#(nonce)\#(client)\#(time)}"#))
    }

    @Test func whatComesTooLateDoesNotRun() async throws {
        let service = try service()
        let now = try ask(0, "")
        let (epoch, uptime) = (try #require(now.epoch), try #require(now.uptime))
        let late = [
            #","epoch":\#(epoch),"deadline":0"#, #","epoch":\#(epoch),"deadline":-5"#,
            // Before there was a service.
            #","epoch":\#(epoch),"deadline":\#(Int.min)"#, #","deadline":0"#, #","deadline":\#(Int.max)"#,
            #","epoch":\#(epoch - 1),"deadline":\#(uptime + 100_000)"#,
            #","epoch":"\#(epoch)","deadline":\#(uptime + 100_000)"#,
        ]
        for time in late {
            for command in [120, 50, 210, 90_001, 1000] {
                let reply = try ask(command, time)
                #expect(reply.isTooLate && reply.result == .unavailable && reply.epoch == epoch, "\(time): \(reply)")
                #expect(reply.errorMessage?.contains("not run") == true)
            }
        }
        #expect(runs.all.isEmpty)
        // Those that say no start ask for the time, and nobody expects them to run.
        #expect(service.counters[.tooLate] == 4 * 5)
        #expect(service.counters[.commands] == nil)
        await service.stop()
    }

    @Test func whatComesInTimeRuns() async throws {
        let service = try service()
        let now = try ask(0, "")
        let (epoch, uptime) = (try #require(now.epoch), try #require(now.uptime))
        for time in [
            "", #","epoch":\#(epoch),"deadline":\#(uptime + 100_000)"#, #","epoch":\#(epoch),"deadline":\#(Int.max)"#,
            // Something else than a number of milliseconds is no deadline.
            #","epoch":\#(epoch),"deadline":null"#, #","epoch":\#(epoch),"deadline":"soon""#, #","epoch":1"#,
        ] {
            #expect(try ask(120, time).result == .success, "\(time)")
        }
        // Who does not name himself means something else by it.
        #expect(try ask(120, #","deadline":0"#, client: "").result == .success)
        #expect(runs.all.count == 7 && service.counters[.tooLate] == nil)
        await service.stop()
    }

    /// The deadline is for the beginning of a command, and its time is the service's.
    @Test func aDeadlinePasses() async throws {
        let service = try service()
        let now = try ask(0, "")
        let end = try #require(now.uptime) + 300
        let time = #","epoch":\#(try #require(now.epoch)),"deadline":\#(end)"#
        #expect(try ask(120, time).result == .success)
        while let uptime = try ask(0, "").uptime, uptime < end { await Task.yield() }
        #expect(try ask(120, time).isTooLate)
        await service.stop()
    }

    /// A stop that comes late does no harm, one that is not carried out may. An unexpected resume does harm.
    @Test func anEmergencyStopIsNeverTooLate() async throws {
        let service = try service()
        let epoch = try #require(try ask(0, "").epoch)
        for time in [#","deadline":0"#, #","epoch":\#(epoch),"deadline":0"#, #","epoch":3,"deadline":9"#] {
            #expect(try ask(200, time).result == .success)
            #expect(try ask(210, time).isTooLate)
        }
        #expect(runs.all == [.emergencyStop, .emergencyStop, .emergencyStop])
        await service.stop()
    }

    @Test func aCommandIsRememberedUntilItsDeadline() async throws {
        let service = try service { $0.deduplicate = .milliseconds(1) }
        let now = try ask(0, "")
        let (epoch, uptime) = (try #require(now.epoch), try #require(now.uptime))
        let time = #","epoch":\#(epoch),"deadline":\#(uptime + 600)"#
        var replies: Set<JSONValue> = []
        var last = ApiCommandReply()
        repeat {
            last = try ask(120, time, nonce: 5)
            if !last.isTooLate { replies.insert(last.data) }
            await Task.yield()
        } while !last.isTooLate
        #expect(
            replies == [["run": 1]] && runs.all.count == 1,
            "long after the window it is answered, and does not run"
        )
        #expect(try #require(try ask(0, "").uptime) >= uptime + 600)
        await service.stop()
    }

    @Test func theSameCommandWithAnotherDeadlineIsTheSame() async throws {
        let service = try service { $0.deduplicate = .seconds(600) }
        let epoch = try #require(try ask(0, "").epoch)
        let first = try ask(120, #","epoch":\#(epoch),"deadline":1000000"#, nonce: 5)
        for time in [#","epoch":\#(epoch),"deadline":2000000"#, #","epoch":1,"deadline":7"#, #","deadline":0"#, ""] {
            #expect(try ask(120, time, nonce: 5).data == first.data, "\(time)")
        }
        let other = try ask(120, #","data":7,"epoch":\#(epoch),"deadline":1000000"#, nonce: 5)
        #expect(other.result == .failed, "another body is another command")
        #expect(runs.all.count == 1)
        await service.stop()
    }

    @Test func theAuditFileHasWhatWasRefusedAndNotWhatOnlyAsked() async throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/audit"
        let service = try service { $0.audit = AuditOptions(path: file) }
        let epoch = try #require(try ask(0, "", nonce: 3).epoch)
        _ = try ask(120, #","deadline":0"#, nonce: 4)
        _ = try ask(120, #","epoch":\#(epoch - 1),"deadline":10"#, nonce: 5)
        await service.stop()
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text.contains(#""nonce":5"#) && text.contains("408") && !text.contains(#""nonce":4"#))
    }
}
