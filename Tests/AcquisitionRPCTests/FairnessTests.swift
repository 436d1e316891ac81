import AcquisitionModel
import Dispatch
import Synchronization
import Testing

@testable import AcquisitionRPC

/// What one client does is no other client's loss, and nothing at all keeps an emergency stop back.
@Suite(.timeLimit(.minutes(1)))
struct FairnessTests {
    private let transport = HandTransport()
    private let olga = CommandSender(user: "olga", key: "k", role: .observer)
    private let otto = CommandSender(user: "otto", key: "l", role: .operator)

    private final class Runs: Sendable {
        private let commands = Mutex<[ApiCommand]>([])
        func add(_ command: ApiCommand) { commands.withLock { $0.append(command) } }
        var all: [ApiCommand] { commands.withLock { $0 } }
    }

    @Test func anEmergencyStopIsCarriedOutAsOftenAsItComes() async throws {
        let service = try transport.service { $0.deduplicate = .seconds(600) }
        let runs = Runs()
        service.setDelegate { request in
            runs.add(request.command)
            return .success()
        }
        let stop = #"{"command":200,"nonce":1,"client":"me"}"#
        for request in [stop, #"{"command":210,"nonce":2,"client":"me"}"#, stop, stop] {
            #expect(try transport.ask(request)?.result == .success)
        }
        // Under a nonce that stands for another command, and the other way round.
        #expect(try transport.ask(#"{"command":200,"nonce":2,"client":"me"}"#)?.result == .success)
        #expect(try transport.ask(#"{"command":120,"nonce":1,"client":"me"}"#)?.result == .success)
        #expect(
            runs.all == [
                .emergencyStop, .emergencyResume, .emergencyStop, .emergencyStop, .emergencyStop, .setApplicationMode,
            ]
        )
        await service.stop()
    }

    @Test func anObserverWhoAsksMuchLocksNobodyOut() async throws {
        let service = try transport.service {
            $0.deduplicate = .seconds(600)
            $0.load.commandsPerSecond = nil
        }
        service.setDelegate { _ in .success() }
        for nonce in 1...5_000 { _ = try transport.ask(.getStatus, olga, nonce: JSONValue(nonce)) }
        #expect(service.commands.withRegistry { $0.rememberedCount } == 0)
        let resume = try transport.ask(.emergencyResume, otto, nonce: 1)
        #expect(resume.result == .success)
        await service.stop()
    }

    @Test func anOperatorsFloodOfCommandsForgetsItsOwnOnly() async throws {
        let service = try transport.service {
            $0.deduplicate = .seconds(600)
            $0.load.commandsPerSecond = nil
        }
        let runs = Atomic(0)
        service.setDelegate { _ in .success(["run": JSONValue(runs.add(1, ordering: .relaxed).newValue)]) }
        let first = try transport.ask(.setApplicationMode, otto, nonce: 1)
        let other = CommandSender(user: "ole", key: "m", role: .operator)
        for nonce in 1...20_000 { _ = try transport.ask(.setTrainingMode, other, nonce: JSONValue(nonce)) }
        #expect(try transport.ask(.setApplicationMode, otto, nonce: 1) == first, "it did not run again")
        #expect(service.commands.withRegistry { $0.rememberedCount } < 10_000)
        await service.stop()
    }

    @Test func clientsThatDoNotCountTheirCommandsAreNotRemembered() async throws {
        let service = try transport.service { $0.deduplicate = .seconds(600) }
        let runs = Runs()
        service.setDelegate { request in
            runs.add(request.command)
            return .success()
        }
        let nonces = [#","nonce":-1"#, #","nonce":0"#, "", #","nonce":null"#, #","nonce":-0.5"#, #","nonce":-1e400"#]
        for nonce in nonces {
            for command in [120, 210, 120] {
                #expect(try transport.ask(#"{"command":\#(command)\#(nonce)}"#)?.result == .success)
            }
        }
        #expect(runs.all.count == 3 * nonces.count)
        await service.stop()
    }

    @Test func whatTheServiceAnswersItselfCountsForTheRate() async throws {
        let service = try transport.service { $0.load.commandsPerSecond = 10 }
        service.setDelegate { _ in .success() }
        let floods: [(String, CommandSender?)] = [
            (#"{"command":0,"nonce":3}"#, nil), ("not JSON", nil), (#"{"command":210,"nonce":3}"#, olga),
        ]
        for (index, (text, sender)) in floods.enumerated() {
            let peer = PeerAddress(envelope: [[UInt8(index)], []])
            let replies = try (0..<200).compactMap { _ in try transport.ask(text, from: peer, as: sender) }
            #expect(replies.count == 200, "each has its answer")
            let refused = replies.filter { $0.errorMessage?.contains("(rule: commands per second)") == true }
            #expect(refused.count > 150 && refused.allSatisfy { $0.result == .unavailable })
            #expect(try transport.ask(#"{"command":200,"nonce":4}"#, from: peer)?.result == .success)
        }
        #expect(service.counters[.refusedForLoad] ?? 0 > 450)
        await service.stop()
    }

    /// A delegate that is let go of, whose object calls the service as it ends.
    @Test(arguments: ["setDelegate", "stop", "deinit"])
    func aDelegateIsReleasedWhenNothingIsLocked(_ how: String) async throws {
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        var service: TransportRpcService? = try transport.service()
        // The service's hold on the delegate is the only one on the rig.
        let rig = { [weak service] in Rig(service) { end.yield() } }
        service?.setDelegate { [rig = rig()] _ in rig.service == nil ? .failed() : .success() }
        switch how {
        case "setDelegate": service?.setDelegate { _ in .success() }
        case "stop": await service?.stop()
        default: service = nil
        }
        for await _ in ended.prefix(1) {}
        await service?.stop()
    }

    private final class Rig: Sendable {
        private let weakService: WeakService
        private let atEnd: @Sendable () -> Void
        var service: TransportRpcService? { weakService.service.withLock { $0.value } }

        init(_ service: TransportRpcService?, atEnd: @escaping @Sendable () -> Void) {
            weakService = WeakService(service)
            self.atEnd = atEnd
        }

        deinit {
            service?.setDelegate(nil)
            service?.stop()
            atEnd()
        }
    }

    private final class WeakService: Sendable {
        struct Reference { weak var value: TransportRpcService? }
        let service: Mutex<Reference>
        init(_ service: TransportRpcService?) { self.service = Mutex(Reference(value: service)) }
    }
}
