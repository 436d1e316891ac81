import AcquisitionZeroMQ
import Logging
import Testing

/// What README.md and the articles show, run. That all of it compiles as it stands, ``QuotedCodeTests`` sees to.
@Suite(.timeLimit(.minutes(1)))
struct EmbeddingExamples {
    /// The options of the examples, on ports that are free.
    private func RpcOptions(identifier: String) -> RpcOptions {
        AcquisitionRPC.RpcOptions(identifier: identifier, subscriberPort: 0, commandPort: 0)
    }

    @Test func tenLines() async throws {
        guard let service = createApiService(ApiOptions(rpc: RpcOptions(identifier: "rig-1"))) else { return }
        service.setDelegate { request in
            switch request.command {
            case .getStatus: .success(["running": true])
            default: .unrecognized
            }
        }
        try service.start()
        try service.sendEvent(.trialStarted, TrialStartedContext(sessionId: "s1", trialId: 1, reason: "user"))
        await service.stop()
    }

    @Test func withKeys() throws {
        var options = RpcOptions(identifier: "rig-1")
        options.bind = .addresses(["127.0.0.1"])
        options.security = .required(keys: "/etc/rig-1/keys")
        let service = try #require(createApiService(ApiOptions(rpc: options)))
        let error = #expect(throws: RpcServiceError.self) { try service.start() }
        #expect(error?.code == .keys, "there is no such folder here")
    }

    @Test func withTypesOfOnesOwn() async throws {
        guard let service = createApiService(ApiOptions(rpc: RpcOptions(identifier: "rig-1"))) else { return }
        try service.start()
        try service.sendEvent(.valveOpened, ValveContext(valve: 3, microlitres: 2.5))
        try service.sendDict(.propertyChange, ["gain_db": 12, "path": "/data/raw_1"])
        try service.sendString(ApiTopic(rawValue: 90_001), "anything")
        await service.stop()
    }

    @Test func answeringLater() async throws {
        guard let service = createApiService(ApiOptions(rpc: RpcOptions(identifier: "rig-1"))) else { return }
        service.setDelegate { [service] request in
            switch request.command {
            case .setApplicationMode:
                service.answerLater(to: request) {
                    try await calibrate()
                    return .success(["mode": 0])
                }
            case .setTunnelSweepEnabled:
                if let enabled = request.data["enabled"]?.bool {
                    .success(["enabled": JSONValue(enabled)])
                } else {
                    .failed("'enabled' must be true or false")
                }
            case .openValve:
                .success()
            default:
                .unrecognized
            }
        }
        try service.start()
        let client = try client(of: service)
        let result = try await client.perform(.setApplicationMode, data: ["mode": 1000])
        #expect(result.data == ["mode": 0])
        #expect(try await client.request(.setTunnelSweepEnabled, data: ["enabled": 1]).result == .failed)
        #expect(try await client.request(ApiCommand(rawValue: 90_002)).result == .success)
        client.close()
        await service.stop()
    }

    @Test func asAClient() async throws {
        guard let service = createApiService(ApiOptions(rpc: RpcOptions(identifier: "rig-1"))) else { return }
        service.setDelegate { _ in .success(["applicationMode": 0]) }
        try service.start()
        let client = try client(of: service)

        let reply = try await client.request(.getStatus, timeout: .seconds(2))
        print(reply.result, reply.data["applicationMode"] ?? "unknown")

        let events = client.messages(topics: [.event], kinds: [.trialStarted, .trialEnded])
        let reading = Task {
            for await message in events {
                guard case .event(let event) = message.content else { continue }
                if let trial = try event.payload(.trialStarted) { return trial.trialId }
            }
            return 0
        }
        // A subscription takes a moment to reach the service; what is published before is not received.
        let publishing = Task {
            while !Task.isCancelled {
                try service.sendEvent(.trialStarted, TrialStartedContext(sessionId: "s1", trialId: 7, reason: "user"))
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        #expect(try await reading.value == 7)
        publishing.cancel()

        for await liveness in client.liveness() {
            print(liveness)
            break
        }
        client.close()
        await service.stop()
    }

    private func client(of service: any RpcService) throws -> RpcClient {
        let endpoints = try #require(service.endpoints)
        return try createApiClient(
            command: try #require(endpoints.command.first),
            subscriber: try #require(endpoints.subscriber.first)
        )
    }
}

private func calibrate() async throws { await Task.yield() }

struct ValveContext: WireCodable, Sendable {
    var valve: Int
    var microlitres: Double

    init(valve: Int, microlitres: Double) {
        self.valve = valve
        self.microlitres = microlitres
    }

    init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        valve = try object.read("valve")
        microlitres = try object.read("microlitres")
    }

    func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("valve", valve)
            $0.field("microlitres", microlitres)
        }
    }
}

extension ApiEventType where Payload == ValveContext {
    static var valveOpened: Self { Self(ApiEventKind.define(90_001, "valveOpened")) }
}

extension ApiCommand {
    static let openValve = ApiCommand.define(90_002, "openValve")
}
