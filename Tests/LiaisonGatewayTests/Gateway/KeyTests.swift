import AcquisitionRPC
import GatewayCore
import LiaisonGateway
import Testing

/// The keys of a Liaison client's data, from there to the acquisition process and back.
@Suite(.timeLimit(.minutes(1)))
struct KeyTests {
    private static let data: JSONValue = ["StimChannel": 1, "FirstPhaseDelay_mS": 0, "markers_t_s": [["n_1": 2]]]

    @Test(arguments: ["rpc:send", "rpc:perform"])
    func `They arrive, and come back, byte for byte`(_ function: String) async throws {
        let transport = InProcessTransport()
        let options = RpcOptions(heartbeatInterval: .milliseconds(50))
        let service = TransportRpcService(options: options, transport: transport, logger: .quiet)
        service.setDelegate { request in
            request.command == .getStatus
                ? .success(Self.data) : .success(["saw": .string(request.data.description), "data": request.data])
        }
        try service.start()
        let client = try RpcClient(transport: transport.connect())
        var settings = LiaisonGatewaySettings()
        settings.gateway.listen.port = 0
        let gateway = try LiaisonGateway(settings: settings, client: client, logger: .quiet)
        let (addresses, told) = AsyncStream.makeStream(of: ListenAddress.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await gateway.run { told.yield($0) } }
            let address = try #require(await addresses.first { _ in true })
            try await LiaisonClient(address, options: .patient, logger: .quiet).whileConnected { liaison in
                let reply = try await liaison.request(
                    LiaisonCommand(.run, [.string(function), "getAnimals", Self.data])
                )
                #expect(reply["data"]?["saw"]?.string == Self.data.description)
                #expect(reply["data"]?["data"]?.description == Self.data.description, "\(reply)")
                let status = try await liaison.request(LiaisonCommand(.get, ["rpc.status"]))
                #expect(status.description == Self.data.description)
                let event = ApiEvent(kind: .protocolEvent, index: 7, context: Self.data, keys: .asGiven)
                while true {
                    try service.sendEvent(event)
                    let events = try await liaison.request(LiaisonCommand(.get, ["rpc.events"]))
                    guard let last = events.array?.last else { continue }
                    #expect(last["context"]?.description == Self.data.description, "\(last)")
                    break
                }
            }
            group.cancelAll()
        }
        client.close()
        await service.stop()
    }
}
