import AcquisitionModel
import AcquisitionRPC
import DareplaneGateway
import TestSupport
import Testing

/// The keys of a control room's data, from there to the acquisition process and back.
@Suite(.timeLimit(.minutes(1)))
struct KeyTests {
    private static let keywords = #"{"StimChannel": 1, "FirstPhaseDelay_mS": 0, "markers_t_s": [{"n_1": 2}]}"#

    @Test func `A control room's keywords arrive, and come back, byte for byte`() async throws {
        let transport = InProcessTransport()
        let options = RpcOptions(heartbeatInterval: .milliseconds(50))
        let service = TransportRpcService(options: options, transport: transport, logger: .silent)
        let calls = Calls()
        service.setDelegate { request in
            calls.note("data", ["text": .string(request.data.pythonText)])
            return .success(request.data)
        }
        try service.start()
        let client = try RpcClient(transport: transport.connect())
        var settings = DareplaneGatewaySettings(resultTo: "recorder")
        settings.gateway.map["STIMULATE"] = MappedCommand(.custom("stimulate"))
        settings.gateway.map["NESTED"] = MappedCommand(
            .custom("nested"),
            data: ["Given_mS": "$*", "a_b": "$StimChannel"]
        )
        settings.callbacks = [EventRule(.protocolEvent, target: "recorder", name: "EVENT", data: "$*")]
        let gateway = try DareplaneGateway(settings: settings, client: client, logger: .silent)
        try await gateway.module.whileRunning { address in
            let room = try DareplaneRelease.current.run("dareplane_room.py", ["\(address.port)"])
            _ = try await room.line { $0.contains("pcomms") }

            try room.write("STIMULATE|\(Self.keywords)")
            #expect(await calls.next()?.arguments["text"]?.string == Self.keywords)
            let told = try await room.line { $0.contains("RESULT") }
            #expect(told.contains(Self.keywords.replacing("\"", with: "\\\"")), "\(told)")

            try room.write("NESTED|\(Self.keywords)")
            let nested = #"{"Given_mS": \#(Self.keywords), "a_b": 1}"#
            #expect(await calls.next()?.arguments["text"]?.string == nested)
            room.send(signal: 15)
            _ = await room.status()
        }
        client.close()
        await service.stop()
    }

    @Test func `An event's context becomes a callback byte for byte`() async throws {
        let transport = InProcessTransport()
        let service = TransportRpcService(options: RpcOptions(), transport: transport, logger: .silent)
        try service.start()
        let client = try RpcClient(transport: transport.connect())
        let context = try JSONReader.read(Self.keywords)
        let rule = EventRule(
            .protocolEvent,
            where: ["StimChannel": 1],
            name: "EVENT",
            data: ["all": "$*", "mine": "$FirstPhaseDelay_mS"]
        )
        let relay = EventRelay(client: client, rules: [rule], logger: .silent)
        let (messages, inlet) = AsyncStream.makeStream(of: EventRelay.Message.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { await relay.run { inlet.yield($0) } }
            try await repeating {
                let event = ApiEvent(kind: .protocolEvent, index: 7, context: context, keys: .asGiven)
                try? service.sendEvent(event)
            } until: {
                let message = await messages.first { _ in true }
                let text = message?.data.pythonText ?? ""
                #expect(text.hasPrefix(#"{"all": \#(Self.keywords.dropLast()), "#), "\(text)")
                #expect(message?.data["mine"] == 0)
            }
        }
        client.close()
        await service.stop()
    }
}
