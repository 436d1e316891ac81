import AcquisitionModel
import AcquisitionRPC
import Foundation
import TestSupport
import Testing

#if os(Linux)
    /// The system's clock is set while the service runs: here for that process alone, by `Tests/Peers/system.c`.
    @Suite(.serialized, .timeLimit(.minutes(1)))
    struct ClockFaultTests {
        @Test func aClockThatIsSetStopsNothingAndIndicesGrow() async throws {
            let system = try await HarmedSystem()
            let environment = system.environment
            let service = try await FaultService(environment: environment)
            let client = try service.client()
            // Ends the streams below, should nothing come any more.
            let guardian = Task {
                try await Task.sleep(for: RawPeer.patience)
                client.close()
            }
            var events = client.messages(topics: [.event]).makeAsyncIterator()
            var heartbeats = client.messages(topics: [.heartbeat]).makeAsyncIterator()
            let start = try #require(await heartbeats.timestamp())
            _ = try await client.perform(.getStatus)

            var indices: [Int] = []
            for hours in [-1, 1, -2, 0] {
                try system.setClock(by: .seconds(hours * 3600))
                // The service's timers go on: what takes long is told to be pending, and heartbeats come.
                let reply = try await client.request(.userDefined, customCommand: 502, timeout: .seconds(5))
                #expect(reply.result == .pendingWithNotification)
                var isSeen = false
                while !isSeen, let time = await heartbeats.timestamp() {
                    isSeen = abs(time - start - Double(hours) * 3600) < 60
                }
                #expect(isSeen, "no heartbeat has come since the clock was set by \(hours) h")
                for number in 1...10 {
                    try await service.publish(number)
                    guard case .event(let event) = await events.next()?.content else { break }
                    indices.append(event.index)
                }
                #expect(client.currentLiveness == .online)
            }
            #expect(indices.count == 40)
            #expect(zip(indices, indices.dropFirst()).allSatisfy { $0 < $1 }, "\(indices)")
            guardian.cancel()
            client.close()
            await service.end()
        }
    }

    extension BoundedStream<ApiMessage>.AsyncIterator {
        /// The service's own time in its next heartbeat; nil where none comes any more.
        fileprivate mutating func timestamp() async -> Double? {
            while let message = await next() {
                if case .heartbeat(let heartbeat) = message.content { return heartbeat.timestamp }
            }
            return nil
        }
    }
#endif
