import GatewayCore
import Logging
import Testing

/// Several gateways that run together.
@Suite(.timeLimit(.minutes(1)))
struct GatewayGroupTests {
    private struct Endless: Gateway {
        let name = "endless"
        func run(onListening: @escaping @Sendable (ListenAddress) -> Void) async throws {
            onListening(ListenAddress(port: 1))
            try await Task.sleep(for: .seconds(3600))
        }
    }

    private struct Failing: Gateway {
        let name = "failing"
        func run(onListening: @escaping @Sendable (ListenAddress) -> Void) async throws {
            throw GatewayError(.cannotListen, "no")
        }
    }

    @Test func oneThatFailsEndsAll() async throws {
        let group = GatewayGroup([Endless(), Failing(), Endless()], logger: Logger(label: "test"))
        let error = await #expect(throws: GatewayError.self) { try await group.run() }
        #expect(error == GatewayError(.cannotListen, "failing: no"))
    }
}
