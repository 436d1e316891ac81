import GatewayCore
import Testing

@testable import IBLGateway

/// Whatever time or port a program gives, it is taken or refused, and the program lives on.
@Suite(.timeLimit(.minutes(1)))
struct AbsurdNumberTests {
    private static let times: [Duration] = [
        .seconds(Int64.max), Duration(attoseconds: .max), Duration(attoseconds: .min), .zero,
    ]

    @Test(arguments: times) func aConversationTakesAnyTime(_ time: Duration) {
        let settings = ConversationSettings(echoTimeout: time, gap: time, copyWindow: time, restTimeout: time)
        for transport in RigURI.Transport.allCases {
            var talk = Talk(transport, settings)
            talk.send("hello", timeout: time)
            talk.hear("hello")
            talk.hear("[1, \"unfinished")
            talk.hear("{")
            talk.pass(.seconds(1))
            talk.send("another")
            talk.end()
        }
    }

    @Test(arguments: times) func anExpectationWaitsForAnyTime(_ time: Duration) async throws {
        let value = try? await within(time, GatewayError(.noAnswer, "none")) { 17 }
        #expect(value == 17 || time <= .zero)
    }

    @Test(arguments: [-1, 65_536, .max]) func aPortThatIsNoneIsRefused(_ port: Int) async {
        for transport in RigURI.Transport.allCases {
            let uri = RigURI(transport, host: "127.0.0.1", port: port)
            for role in [Communicator.Role.client, .server] {
                let communicator = Communicator(role, at: uri, logger: quiet)
                let error = await #expect(throws: GatewayError.self) { try await communicator.run() }
                #expect(error?.code == (role == .server ? .cannotListen : .cannotConnect))
            }
        }
    }
}
