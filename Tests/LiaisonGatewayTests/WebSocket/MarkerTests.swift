import GatewayCore
import LiaisonGateway
import Testing

struct MarkerTests {
    @Test func areThoseOfThePythonPackage() {
        #expect(
            LiaisonMarkers.started(ListenAddress(host: "localhost", port: 8001)) == "LIAISON:CONNECTED@localhost:8001"
        )
        #expect(LiaisonMarkers.stopped(ListenAddress(host: "::1", port: 1)) == "LIAISON:DISCONNECTED@[::1]:1")
        let constants = #"{"START_MARKER": "LIAISON:CONNECTED", "STOP_MARKER": "LIAISON:DISCONNECTED"}"#
        #expect(LiaisonMarkers.constants == constants)
    }
}
