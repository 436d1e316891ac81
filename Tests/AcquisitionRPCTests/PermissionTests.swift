import AcquisitionModel
import AcquisitionRPC
import Logging
import Synchronization
import Testing

/// Who may give which command, and what a delegate learns of who asks.
@Suite(.timeLimit(.minutes(1)))
struct PermissionTests {
    private let transport = HandTransport()
    private let service: TransportRpcService

    init() throws {
        let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        service = TransportRpcService(options: RpcOptions(), transport: transport, logger: silent)
        service.setDelegate { _ in .success(["user": CommandSender.current?.user.map { .string($0) } ?? .null]) }
        try service.start()
    }

    @Test(
        arguments: [
            (.none, true), (.getStatus, true), (.getConfiguration, true), (.emergencyStop, true),
            (.emergencyResume, false), (.getAnimals, false), (.setApplicationMode, false), (.userDefined, false),
            (ApiCommand.Legacy.startAcquisition, false), (ApiCommand(rawValue: 12345), false),
        ] as [(ApiCommand, Bool)]
    )
    func anObserverLooksAndStops(_ command: ApiCommand, _ isAllowed: Bool) throws {
        let reply = try transport.ask(command, CommandSender(user: "ann", key: "k", role: .observer))
        #expect(reply.isNotAllowed == !isAllowed)
        #expect(reply.result == (isAllowed ? .success : .failed))
        #expect(try transport.ask(command, CommandSender(user: "ann", key: "k", role: .operator)).result == .success)
        #expect(PeerRole.operator.mayGive(command))
        service.stop()
    }

    @Test func aRefusalHasTheFormOfTheProtocol() throws {
        let reply = try transport.ask(.emergencyResume, CommandSender(user: "ann", role: .observer), nonce: 7)
        #expect(reply.nonce == 7 && reply.command == .emergencyResume && reply.data == .null)
        #expect(reply.errorKind == .systemError && reply.errorCode == 403)
        #expect(reply.errorMessage?.contains("observer") == true)
        service.stop()
    }

    @Test func whoHasNoRoleMayNotEvenStop() throws {
        for command in [ApiCommand.none, .getStatus, .emergencyStop] {
            let reply = try transport.ask(command, CommandSender(user: "gone", role: nil))
            #expect(reply.isNotAllowed && reply.errorMessage?.contains("not authorised any more") == true)
        }
        service.stop()
    }

    @Test func theDelegateSeesWhoAsks() async throws {
        let service = service
        let seen = SeenSenders()
        service.setDelegate { request in
            seen.note()
            await Task.yield()
            return service.answerLater(to: request) {
                seen.note()
                return .success()
            }
        }
        let sender = CommandSender(user: "ann", key: "k", role: .operator, address: "10.0.0.2")
        _ = try transport.ask(.getAnimals, sender)
        await transport.waitForResult()
        #expect(seen.all == [sender, sender])
        #expect(CommandSender.current == nil)
        await service.stop()
    }
}

private final class SeenSenders: Sendable {
    private let senders = Mutex<[CommandSender?]>([])
    var all: [CommandSender?] { senders.withLock { $0 } }
    func note() { senders.withLock { $0.append(CommandSender.current) } }
}
