import AcquisitionModel
import AcquisitionRPC
import Logging
import Synchronization
import TestSupport
import Testing

/// Keys of another system's data through our client, our service, and back.
@Suite(.timeLimit(.minutes(1)))
struct KeyRuleTests {
    private let transport = InProcessTransport()
    private let service: TransportRpcService
    private let client: RpcClient

    init() throws {
        service = TransportRpcService(
            options: RpcOptions(),
            transport: transport,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        client = try RpcClient(transport: transport.connect())
        try service.start()
    }

    private func end() async {
        client.close()
        await service.stop()
    }

    /// How the delegate answers.
    enum Answering: CaseIterable {
        case atOnce
        case later
        case byHand
    }

    @Test(arguments: Answering.allCases)
    func `Keys as given come back as they went`(_ answering: Answering) async throws {
        var random = SeededGenerator()
        let seen = Mutex<[String]>([])
        service.setDelegate { [service] request in
            seen.withLock { $0.append(request.data.description) }
            switch answering {
            case .atOnce: return .success(request.data)
            case .later: return service.answerLater(to: request) { .success(request.data) }
            case .byHand:
                var result = ApiCommandRequestResponse.success(request.data)
                (result.command, result.nonce) = (request.command, request.nonce)
                Task { try service.sendCommandResult(result) }
                return ApiCommandRequestResponse(.pendingWithNotification)
            }
        }
        for _ in 0..<50 {
            let data = JSONValue.object(RandomKeys.keys(8, &random).map { ($0, [["Inner_mS": 1]]) })
            let reply = try await client.perform(.userDefined, data: data, keys: .asGiven)
            #expect(seen.withLock { $0.last } == data.description, "seed \(random.seed)")
            #expect(reply.data.description == data.description, "seed \(random.seed)")
        }
        await end()
    }

    /// What other clients know stays: without a word about keys, answers carry camelCase.
    @Test func `Other clients are answered in camel case`() async throws {
        service.setDelegate { .success(["n_trials": 1, "saw": $0.data]) }
        let reply = try await client.request(.getStatus, data: ["gain_db": 2, "StimChannel": 3])
        #expect(reply.data.description == #"{"nTrials":1,"saw":{"gainDb":2,"stimChannel":3}}"#)
        await end()
    }

    @Test func `A message is published as it was given`() async throws {
        let messages = client.messages(topics: [.event])
        let data: JSONObject = ["kind": 1, "StimChannel": ["FirstPhaseDelay_mS": 0], "markers_t_s": 2]
        try await repeating {
            try? service.sendDict(.event, data, keys: .asGiven)
        } until: {
            for await message in messages {
                #expect(String(decoding: message.payload, as: UTF8.self) == JSONValue.object(data).description)
                break
            }
        }
        await end()
    }

    /// Does something again and again while `body` waits for what comes of it.
    private func repeating(
        _ action: @escaping @Sendable () -> Void,
        until body: () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                while !Task.isCancelled {
                    action()
                    try await Task.sleep(for: .milliseconds(5))
                }
            }
            try await body()
        }
    }
}
