import GatewayCore
import Logging
import Testing

/// Whatever number a program gives, it is taken or refused, and the program lives on.
@Suite(.timeLimit(.minutes(1)))
struct AbsurdNumberTests {
    @Test(arguments: [-1, 65_536, .min, .max]) func aPortThatIsNoneIsRefused(_ port: Int) async {
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        #expect(throws: GatewayError.self) { try ListenAddress(port: port).checkedPort }
        let error = await #expect(throws: GatewayError.self) {
            try await TCPListener.bind(ListenAddress(port: port), logger: quiet)
        }
        #expect(error?.code == .cannotListen)
    }

    @Test func limitsAreMultipliedWithoutATrap() {
        #expect(GatewayLimits(connections: 3, inFlightPerConnection: 4).inFlight == 12)
        #expect(GatewayLimits(connections: .max, inFlightPerConnection: .max).inFlight == .max)
        #expect(GatewayLimits(connections: .min, inFlightPerConnection: .max).inFlight == 0)
        #expect(GatewayLimits(connections: 1, inFlightPerConnection: -1).inFlight == 0)
    }
}
