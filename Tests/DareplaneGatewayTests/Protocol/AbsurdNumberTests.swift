import AcquisitionModel
import GatewayCore
import Logging
import Testing

@testable import DareplaneGateway

/// Whatever number a program gives, it is taken or refused, and the program lives on.
@Suite(.timeLimit(.minutes(1)))
struct AbsurdNumberTests {
    private static let times: [Duration] = [
        .seconds(Int64.max), Duration(attoseconds: .max), Duration(attoseconds: .min), .zero,
    ]

    @Test(arguments: times) func pauseAndSilenceTakeAnyTime(_ time: Duration) async throws {
        let now = ContinuousClock.now
        var pacer = OutgoingPacer<Int>(gap: time)
        for item in 0..<3 {
            pacer.put(item, .list)
            pacer.put(item, .callback)
            _ = pacer.next(at: now)
        }
        var splitter = CommandSplitter(idle: time) { _ in false }
        _ = splitter.receive(Array("STAR".utf8), at: now)
        #expect(splitter.deadline != nil)
        let turns = Turns(gap: time)
        try await turns.wait()
        let second = Task { try await turns.wait() }
        second.cancel()
        _ = await second.result
        _ = try? await Awaited<Int>().next(within: time) { throw CancellationError() }
        var settings = ControlRoomSettings()
        settings.stopTime = time
        #expect(settings.longestStop >= .zero - .longest)
    }

    /// A literal nests no deeper than a thread's stack goes, whatever is allowed.
    @Test func aLiteralNestsWithinTheStack() {
        let text = String(repeating: "[", count: 200_000)
        let error = #expect(throws: WireError.self) {
            try PythonLiteral.read(text, limits: WireLimits(size: .max, depth: .max))
        }
        #expect(error?.rule == .depth)
    }

    @Test func aPortThatIsNoneIsRefused() async {
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        var settings = ModuleClientSettings()
        settings.tries = 1
        let client = ModuleClient(ListenAddress(port: 65_536), settings: settings, logger: quiet)
        let error = await #expect(throws: GatewayError.self) { try await client.withConnection { _ in } }
        #expect(error?.code == .cannotConnect)
    }
}
