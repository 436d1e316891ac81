import GatewayCore
import LiaisonGateway
import Testing

/// What a client does when things go wrong.
@Suite(.timeLimit(.minutes(1)))
struct ClientTests {
    @Test func itConnectsAgain() async throws {
        let first = try await Bench.lastingAddress()
        let client = LiaisonClient(first, options: .patient, logger: .quiet)
        try await client.whileConnected { client in
            for _ in 0..<3 {
                try await Bench.run {
                    $0.listen = first
                } body: { _ in
                    do {
                        try await client.expectPong()
                    } catch let error as GatewayError where error.code == .closed {
                        // It was on its way to the server before, which had gone.
                        try await client.expectPong()
                    }
                }
            }
        }
    }

    @Test func withoutAServerARequestFails() async throws {
        let address = try await Bench.lastingAddress()
        try await LiaisonClient(address, logger: .quiet).whileConnected { client in
            let error = await #expect(throws: GatewayError.self) {
                try await client.request(LiaisonCommand(.ping), timeout: .milliseconds(50))
            }
            #expect(error?.code == .notConnected)
        }
    }

    @Test func aReplyThatDoesNotComeIsAnError() async throws {
        let companion = LiaisonCompanion()
        try companion.register("never") { try await Task.sleep(for: .seconds(3600)) }
        try await Bench.run(companion) { bench in
            try await bench.client { client in
                try await client.expectPong()
                let error = await #expect(throws: GatewayError.self) {
                    try await client.request(LiaisonCommand(.run, ["never"]), timeout: .milliseconds(50))
                }
                #expect(error?.code == .noAnswer)
                let waiting = Task { try await client.request(LiaisonCommand(.run, ["never"])) }
                waiting.cancel()
                await #expect(throws: CancellationError.self) { try await waiting.value }
            }
        }
    }

    @Test func errorsArriveAsTheyAre() async throws {
        let companion = LiaisonCompanion()
        try companion.register("fail") { throw LiaisonError("ValueError", "no: really") }
        try await Bench.run(companion) { bench in
            try await bench.client { client in
                let error = await #expect(throws: LiaisonError.self) {
                    try await client.request(LiaisonCommand(.run, ["fail"]))
                }
                #expect(error == LiaisonError("ValueError", "no: really"))
            }
        }
    }
}
