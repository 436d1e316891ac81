import AcquisitionModel
import GatewayCore
import NIOPosix
import Testing

@testable import LiaisonGateway

/// Whatever number a program gives, the gateway takes or refuses it, and lives on.
@Suite(.timeLimit(.minutes(1)))
struct AbsurdNumberTests {
    @Test(arguments: [0, -1, .min]) func thereIsAlwaysASlot(_ count: Int) async {
        let slots = Slots(count)
        #expect(await slots.take())
        slots.giveBack()
        #expect(await slots.take())
    }

    @Test(arguments: [-1, .min]) func noEventsAreKept(_ most: Int) {
        let messages = RpcMessages(most: most)
        messages.received(ApiMessage(topic: .event, payload: Array(#"{"kind":101,"when":1,"index":2}"#.utf8)))
        #expect(messages.events == [])
    }

    /// Longer than the system can wait.
    @Test(arguments: [.seconds(Int64.max), Duration(attoseconds: .max), Duration(attoseconds: .min)] as [Duration])
    func aRequestWaitsForAnyTime(_ timeout: Duration) async {
        var options = LiaisonClient.Options()
        options.timeout = timeout
        let client = LiaisonClient(ListenAddress(port: 1), options: options, logger: .quiet)
        let task = Task { try await client.request(LiaisonCommand(.ping)) }
        let timer = Task {
            try? await Task.sleep(for: .milliseconds(20))
            task.cancel()
        }
        await #expect(throws: (any Error).self) { try await task.value }
        await timer.value
    }

    @Test func aPortThatIsNoneIsRefused() async {
        let error = await #expect(throws: GatewayError.self) {
            _ = try await ClientUpgrade.connect(
                to: ListenAddress(port: 65_536),
                options: LiaisonClient.Options(),
                group: MultiThreadedEventLoopGroup.singleton
            )
        }
        #expect(error?.code == .cannotConnect)
    }
}
