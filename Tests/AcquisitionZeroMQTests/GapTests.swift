import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Testing

/// What was published and did not arrive is told.
@Suite(.timeLimit(.minutes(1)))
struct GapTests {
    /// A service where an earlier one was.
    private func service(at endpoints: RpcEndpoints, heartbeats: Duration) throws -> any RpcService {
        try #require(
            createApiService(
                .onFreePorts {
                    $0.heartbeatInterval = heartbeats
                    $0.subscriberPort = endpoints.subscriber[0].port
                    $0.commandPort = endpoints.command[0].port
                }
            )
        )
    }

    @Test func whatASlowConnectionLosesIsCountedToTheLastEvent() async throws {
        let options = ApiOptions.onFreePorts {
            // Room for one event: a burst does not fit.
            $0.highWaterMarks = HighWaterMarks(events: 1)
            $0.heartbeatInterval = .milliseconds(100)
        }
        let service = try #require(createApiService(options))
        try service.start()
        let client = try service.connect()
        let messages = client.messages(topics: [.event, .heartbeat], capacity: 1_000_000)
        let total = 50_000
        var sent = 0
        var received = 0
        var missed = 0
        var heartbeats = 0
        for await message in messages {
            switch message.content {
            case .heartbeat: heartbeats += 1
            case .event: received += 1
            case .notice(.missed(let count)) where message.topic == .event: missed += count
            default: break
            }
            // The subscription counts for certain by then.
            if heartbeats == 6, sent == 0 {
                for _ in 0..<total { try service.sendEvent(.tunnelEnter) }
                sent = total
            }
            if sent > 0, received + missed == total { break }
        }
        #expect(missed > 0, "\(total) events went through a queue of one")
        #expect(received + missed == total)
        client.close()
        await service.stop()
    }

    /// The new start publishes before anybody can have subscribed to it.
    @Test(arguments: [0, 1, 40]) func whatARestartedServicePublishesAtOnceIsCounted(_ count: Int) async throws {
        let first = try #require(createApiService(.onFreePorts { $0.heartbeatInterval = .milliseconds(100) }))
        try first.start()
        let client = try first.connect()
        let messages = client.messages(topics: [.event, .heartbeat])
        var heartbeats = 0
        var received = 0
        for await message in messages {
            if case .event = message.content { received += 1 }
            guard case .heartbeat = message.content else { continue }
            heartbeats += 1
            // Those of the old start that follow its last heartbeat do not make up for those of the new one.
            if heartbeats == 5 { for _ in 0..<7 { try first.sendEvent(.tunnelEnter) } }
            if received == 7 { break }
        }
        let endpoints = try #require(first.endpoints)
        await first.stop()
        let second = try service(at: endpoints, heartbeats: .milliseconds(100))
        try second.start()
        for _ in 0..<count { try second.sendEvent(.tunnelExit) }
        var missed = 0
        var isRestarted = false
        received = 0
        for await message in messages {
            switch message.content {
            case .notice(.restarted): isRestarted = true
            case .notice(.missed(let number)) where message.topic == .event: missed += number
            case .event: received += 1
            case .heartbeat(let heartbeat) where isRestarted && heartbeat.published[.event, default: 0] == count:
                #expect(missed + received == count)
                client.close()
            default: break
            }
        }
        #expect(isRestarted)
        #expect(missed == count, "the subscription takes longer than that")
        await second.stop()
    }

    /// A client waits for a service, which publishes as soon as it is there.
    @Test func whatTheFirstStartPublishesAtOnceIsCounted() async throws {
        let place = try #require(createApiService(.onFreePorts()))
        try place.start()
        let endpoints = try #require(place.endpoints)
        await place.stop()
        let client = try createApiClient(command: endpoints.command[0], subscriber: endpoints.subscriber[0])
        let messages = client.messages(topics: [.event, .heartbeat])
        // How old a service is, is known to an interval of its heartbeats: the client was there before that.
        try await Task.sleep(for: .milliseconds(300))
        let service = try self.service(at: endpoints, heartbeats: .milliseconds(100))
        try service.start()
        for _ in 0..<40 { try service.sendEvent(.tunnelExit) }
        var missed = 0
        var heartbeats = 0
        for await message in messages {
            if case .notice(.missed(let number)) = message.content, message.topic == .event { missed += number }
            if case .heartbeat = message.content { heartbeats += 1 }
            if heartbeats == 3 { client.close() }
        }
        #expect(missed == 40)
        await service.stop()
    }

    @Test func aRestartIsTold() async throws {
        let first = try #require(createApiService(.onFreePorts { $0.heartbeatInterval = .milliseconds(50) }))
        try first.start()
        let client = try first.connect()
        let messages = client.messages(topics: [.event])
        for await liveness in client.liveness() where liveness == .online { break }
        let endpoints = try #require(first.endpoints)
        await first.stop()
        let second = try service(at: endpoints, heartbeats: .milliseconds(50))
        try second.start()
        for await message in messages {
            #expect(message.content == .notice(.restarted))
            break
        }
        client.close()
        await second.stop()
    }
}

extension String {
    fileprivate var port: UInt16 { UInt16(split(separator: ":").last ?? "") ?? 0 }
}
