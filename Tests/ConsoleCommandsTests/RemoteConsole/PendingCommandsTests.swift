import AcquisitionModel
import Testing

@testable import ConsoleCommands

struct PendingCommandsTests {
    /// Programs that count from 1 meet each other's numbers.
    @Test(arguments: [
        (ApiCommand.setTrainingMode, false), (.setApplicationMode, true), (.none, true), (.userDefined, true),
    ])
    func aResultIsForTheCommandThatItNames(_ command: ApiCommand, _ isMine: Bool) {
        let pending = PendingCommands()
        pending.add(.setApplicationMode, nonce: 7, isAwaited: false)
        #expect(pending.finish(ApiCommandRequestResponse(.success, command: command, nonce: 8)) == nil)
        let entry = pending.finish(ApiCommandRequestResponse(.success, command: command, nonce: 7))
        #expect((entry != nil) == isMine)
        #expect(pending.all.count == (isMine ? 0 : 1))
    }

    @Test func whatSomebodyWaitsForIsToldByHim() {
        let pending = PendingCommands()
        pending.add(.setApplicationMode, nonce: 7, isAwaited: true)
        #expect(pending.finish(ApiCommandRequestResponse(.success, command: .setApplicationMode, nonce: 7)) == nil)
        #expect(pending.remove(nonce: 7)?.command == .setApplicationMode)
    }
}
