import AcquisitionRPC
import GatewayCore
import IBLGateway
import Testing

/// The keys of a controller's data, from there to the acquisition process and back.
@Suite(.timeLimit(.minutes(1)))
struct KeyTests {
    @Test func `They arrive, and come back, byte for byte`() async throws {
        let data: JSONObject = ["Weight_g": 21.5, "n_trials_2": 3, "stim-channel": [["HTTPPort": 1]]]
        let bench = try GatewayBench { .success($0.command == .getStatus ? nil : .object(data)) }
        try await bench.run(IBLGatewaySettings(announces: false)) { uri in
            let controller = Communicator.client(uri)
            try await controller.whileRunning { _ in
                let answer = try await controller.ask(.stop(.object(data)))
                let back = answer.data.object?.members.filter { data.value(ofExactly: $0.key) != nil } ?? []
                #expect(
                    JSONValue.object(back.map { ($0.key, $0.value) }).description == JSONValue.object(data).description
                )
            }
        }
        let seen =
            bench.commands.first?.data.object?.members.filter { $0.key != "mode" }.map { ($0.key, $0.value) } ?? []
        #expect(JSONValue.object(seen).description == JSONValue.object(data).description)
    }
}
