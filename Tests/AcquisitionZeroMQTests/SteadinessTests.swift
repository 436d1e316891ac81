import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Testing

/// What a command costs must not depend on how many there were before.
@Suite(.timeLimit(.minutes(2)), .serialized)
struct SteadinessTests {
    @Test func theThousandthCommandCostsWhatTheFirstDid() async throws {
        let service = try #require(createApiService(.onFreePorts()))
        service.setDelegate { _ in .success() }
        try service.start()
        let client = try service.connect()
        let clock = ContinuousClock()
        func block() async throws -> Duration {
            let start = clock.now
            for _ in 0..<500 { #expect(try await client.request(.getStatus).result == .success) }
            return clock.now - start
        }
        _ = try await block()
        let early = try await min(block(), block())
        for _ in 0..<8 { _ = try await block() }
        let late = try await min(block(), block())
        #expect(late < early * 4, "500 commands took \(early) at first and \(late) later")
        client.close()
        await service.stop()
    }
}
