import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Testing
import ZeroMQ

@Suite(.timeLimit(.minutes(2)), .serialized)
struct StopTests {
    /// A subscriber that never reads holds what was published for it; the service lets go of that soon.
    @Test func aStalledSubscriberDoesNotHoldUpTheStop() async throws {
        var times: [Duration] = []
        for _ in 0..<10 {
            let service = try #require(createApiService(.onFreePorts()))
            try service.start()
            let subscriber = try Context.shared.socket(.sub)
            try subscriber.set(.receiveHighWaterMark, to: 1)
            try subscriber.set(.linger, to: .zero)
            try subscriber.subscribe()
            let monitor = try SocketMonitor(subscriber)
            try subscriber.connect(try #require(service.endpoints?.subscriber.first))
            while try monitor.receive().kind != .handshakeSucceeded {}
            monitor.close()
            let text = String(repeating: "x", count: 20_000)
            for _ in 0..<1_000 { try service.sendString(.event, text) }
            let start = ContinuousClock.now
            await service.stop()
            times.append(.now - start)
            subscriber.close()
        }
        times.sort()
        // The slowest has to wait for a busy machine too.
        #expect(times[times.count / 2] < .milliseconds(500), "of \(times)")
        #expect(times[times.count - 1] < .seconds(1), "of \(times)")
        // Otherwise nothing was stalled, and this shows nothing.
        #expect(times[times.count / 2] > .milliseconds(100), "of \(times)")
    }
}
