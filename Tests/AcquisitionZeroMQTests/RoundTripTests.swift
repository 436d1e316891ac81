import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RoundTripTests {
    @Test func commandsAreAnsweredAndEventsHeard() async throws {
        let service = try #require(createApiService(.onFreePorts()))
        service.setDelegate { request in
            request.command == .getStatus ? .success(["seen": request.data]) : .unrecognized
        }
        try service.start()
        let client = try service.connect()
        let reply = try await client.request(.getStatus, data: ["someKey": 1])
        #expect(reply.result == .success)
        #expect(reply.data == ["seen": ["someKey": 1]])
        #expect(try await client.request(.none).result == .success)
        #expect(try await client.request(.getAnimals).result == .unrecognized)
        client.close()
        await service.stop()
    }

    @Test func aResultThatComesAtOnceIsHeardByAClientThatJustConnected() async throws {
        let service = try #require(createApiService(.onFreePorts()))
        service.setDelegate { [service] request in service.answerLater(to: request) { .success(["at": "once"]) } }
        try service.start()
        for _ in 0..<30 {
            let client = try service.connect()
            let reply = try await client.perform(.setApplicationMode, resultTimeout: .seconds(5))
            #expect(reply.data == ["at": "once"])
            client.close()
        }
        await service.stop()
    }

    @Test func aSlowDelegateIsPendingAndItsResultComes() async throws {
        let service = try #require(createApiService(.onFreePorts()))
        service.setDelegate { _ in
            try await Task.sleep(for: .milliseconds(300))
            return .success(["late": true])
        }
        try service.start()
        let client = try service.connect()
        let reply = try await client.perform(.getStatus)
        #expect(reply.data == ["late": true])
        #expect(try await client.request(.getStatus).result == .pendingWithNotification)
        client.close()
        await service.stop()
    }
}

extension ApiOptions {
    static func onFreePorts(_ change: (inout RpcOptions) -> Void = { _ in }) -> ApiOptions {
        var options = RpcOptions(heartbeatInterval: .milliseconds(200), subscriberPort: 0, commandPort: 0)
        change(&options)
        return ApiOptions(rpc: options)
    }
}

extension RpcService {
    func connect(_ options: ClientOptions = ClientOptions()) throws -> RpcClient {
        let endpoints = try #require(self.endpoints)
        return try createApiClient(
            command: try #require(endpoints.command.first),
            subscriber: try #require(endpoints.subscriber.first),
            options: options
        )
    }
}
