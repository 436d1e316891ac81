import AcquisitionRPC
import GatewayCore
import LiaisonGateway
import Logging
import Synchronization
import TestSupport
import Testing

/// An acquisition process behind the gateway, in the same process.
@Suite(.timeLimit(.minutes(1)))
struct GatewayTests {
    struct Rig: Sendable {
        let service: TransportRpcService
        let client: RpcClient
        let gateway: LiaisonGateway
        let printed: Printed
    }

    final class Printed: Sendable {
        private let texts = Mutex<[String]>([])
        var all: [String] { texts.withLock { $0 } }
        func add(_ text: String) { texts.withLock { $0.append(text) } }
    }

    /// Runs a service, a gateway before it, and a client of the gateway.
    private func run(
        _ settings: LiaisonGatewaySettings = LiaisonGatewaySettings(),
        companion: LiaisonCompanion? = nil,
        _ delegate:
            @escaping @Sendable (TransportRpcService, ApiCommandRequest) async throws -> ApiCommandRequestResponse,
        body: @Sendable (Rig, LiaisonClient) async throws -> Void
    ) async throws -> Printed {
        let (transport, printed) = (InProcessTransport(), Printed())
        let service = TransportRpcService(
            options: RpcOptions(heartbeatInterval: .milliseconds(50)),
            transport: transport,
            logger: .quiet
        )
        service.setDelegate { [service] in try await delegate(service, $0) }
        try service.start()
        let client = try RpcClient(transport: transport.connect())
        var settings = settings
        settings.gateway.listen.port = 0
        let gateway = try LiaisonGateway(
            settings: settings,
            client: client,
            companion: companion,
            logger: .quiet,
            print: printed.add
        )
        let (addresses, told) = AsyncStream.makeStream(of: ListenAddress.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { told.finish() }
                try await gateway.run { told.yield($0) }
            }
            let address = try #require(await addresses.first { _ in true })
            try await LiaisonClient(address, options: .patient, logger: .quiet).whileConnected { liaison in
                try await body(Rig(service: service, client: client, gateway: gateway, printed: printed), liaison)
            }
            group.cancelAll()
            try await group.waitForAll()
        }
        client.close()
        await service.stop()
        return printed
    }

    private func echo(_ service: TransportRpcService, _ request: ApiCommandRequest) -> ApiCommandRequestResponse {
        .success([
            "command": JSONValue(request.command.rawValue), "data": request.data, "custom": request.customCommand,
        ])
    }

    // MARK: - Commands

    @Test(arguments: ["GET_STATUS", "getStatus", "get-status", 400, "400"] as [JSONValue])
    func commandsAreGivenByNameOrNumber(_ name: JSONValue) async throws {
        _ = try await run(LiaisonGatewaySettings(), echo) { _, liaison in
            let reply = try await liaison.request(LiaisonCommand(.run, ["rpc:send", name, ["some_key": 1]]))
            #expect(reply["result"] == 100 && reply["command"] == 400 && reply["errorKind"] == 0)
            #expect(reply["data"]?["data"]?.description == #"{"some_key":1}"#)
        }
    }

    @Test func theMapAddsNamesAndRefusesOthers() async throws {
        var settings = LiaisonGatewaySettings()
        settings.gateway.map["open_gate"] = MappedCommand(.custom("gate"), data: ["how": "$speed"])
        settings.gateway.map["GET_ANIMALS"] = nil
        _ = try await run(settings, echo) { _, liaison in
            func send(_ arguments: JSONValue..., keywords: JSONObject = [:]) async throws -> JSONValue {
                try await liaison.request(LiaisonCommand(.run, ["rpc.send"] + arguments, keywords: keywords))
            }
            let gate = try await send("open_gate", ["speed": 7])
            #expect(gate["data"] == ["command": 99999, "data": ["how": 7], "custom": "gate"])
            let custom = try await send("USER_DEFINED", keywords: ["customCommand": 3])
            #expect(custom["data"]?["custom"] == 3)
            let started = try await send("startAcquisition")
            #expect(started["data"] == ["command": 120, "data": ["mode": 100], "custom": -1])
            for (name, near) in [("getAnimals", ""), ("500", ""), ("GET_STATS", "; did you mean GET_STATUS?")] {
                let error = await #expect(throws: LiaisonError.self) { try await send(.string(name)) }
                #expect(error?.type == "LookupError" && error?.message.hasSuffix("no command here\(near)") == true)
            }
            let missing = await #expect(throws: LiaisonError.self) { try await send("open_gate", [:]) }
            #expect(missing?.type == "ValueError" && missing?.message.contains("speed") == true)
            let names = try await liaison.request(LiaisonCommand(.get, ["rpc.commands"])).array ?? []
            #expect(names.contains("open_gate") && names.contains("EMERGENCY_STOP") && !names.contains("GET_ANIMALS"))
        }
    }

    @Test func theRoleIsKept() async throws {
        var settings = LiaisonGatewaySettings()
        settings.gateway.role = .observer
        _ = try await run(settings, echo) { _, liaison in
            let status = try await liaison.request(LiaisonCommand(.run, ["rpc:send", "getStatus"]))
            #expect(status["result"] == 100)
            let error = await #expect(throws: LiaisonError.self) {
                try await liaison.request(LiaisonCommand(.run, ["rpc:send", "setApplicationMode", ["mode": 1000]]))
            }
            #expect(error?.type == "PermissionError")
            let custom = await #expect(throws: LiaisonError.self) {
                try await liaison.request(LiaisonCommand(.run, ["rpc:send", "x"], keywords: ["customCommand": 1]))
            }
            #expect(custom?.type == "PermissionError")
        }
    }

    /// `send` returns the reply, `perform` the result; others are not held up by what is pending.
    @Test func pendingCommandsComeToTheirResult() async throws {
        let door = ConnectionTests.Door()
        _ = try await run { service, request in
            guard request.command == .setTrainingMode else { return .success() }
            return service.answerLater(to: request) {
                await door.wait()
                return .success(["mode": 2])
            }
        } body: { _, liaison in
            let sent = try await liaison.request(LiaisonCommand(.run, ["rpc:send", "SET_TRAINING_MODE", ["mode": 2]]))
            let pending = ApiCommandRequestResult.pendingWithNotification.rawValue
            #expect(sent["result"] == JSONValue(pending))
            async let performed = liaison.request(
                LiaisonCommand(.run, ["rpc:perform", "SET_TRAINING_MODE", ["mode": 2]])
            )
            for _ in 0..<3 { try await liaison.expectPong() }
            let late = await #expect(throws: LiaisonError.self) {
                let keywords: JSONObject = ["timeout": 0.02]
                return try await liaison.request(
                    LiaisonCommand(.run, ["rpc:perform", "SET_TRAINING_MODE"], keywords: keywords)
                )
            }
            #expect(late?.type == "TimeoutError")
            door.open()
            let result = try await performed
            #expect(result["data"] == ["mode": 2] && result["result"] == 100)
        }
    }

    @Test func failuresAreErrors() async throws {
        _ = try await run { _, _ in
            throw CommandError("the gate is stuck", code: 5)
        } body: { _, liaison in
            let error = await #expect(throws: LiaisonError.self) {
                try await liaison.request(LiaisonCommand(.run, ["rpc:send", "getStatus"]))
            }
            #expect(error == LiaisonError("RuntimeError", "'GET_STATUS' was not carried out: the gate is stuck"))
            let attempt = try await liaison.request(LiaisonCommand(.try, ["rpc:send", "getStatus"]))
            #expect(attempt["success"] == false)
            let status = await #expect(throws: LiaisonError.self) {
                try await liaison.request(LiaisonCommand(.get, ["rpc.status"]))
            }
            #expect(status?.message.contains("the gate is stuck") == true)
        }
    }

    // MARK: - Values

    @Test func valuesAreThere() async throws {
        let asked = Mutex(0)
        _ = try await run { _, request in
            if request.command == .getStatus { asked.withLock { $0 += 1 } }
            return .success(["command": .string("\(request.command)")])
        } body: { rig, liaison in
            func get(_ name: String) async throws -> JSONValue {
                try await liaison.request(LiaisonCommand(.get, [.string(name)]))
            }
            for _ in 0..<20 {
                let status = try await get("rpc.status.command")
                #expect(status == "getStatus")
            }
            #expect(asked.withLock { $0 } < 20)
            let configuration = try await get("rpc:configuration")
            #expect(configuration == ["command": "getConfiguration"])
            for await liveness in rig.client.liveness() where liveness == .online { break }
            let liveness = try await get("rpc.liveness")
            #expect(liveness == "online")
            let exists = try await liaison.request(LiaisonCommand(.exists, ["rpc:send"]))
            #expect(exists == true)
            let near = await #expect(throws: LiaisonError.self) { try await get("rpc.stats") }
            #expect(near?.message == "module 'rpc' has no attribute 'stats'; did you mean rpc.status?")
        }
    }

    /// An answer that the process gives later is waited for.
    @Test func aSlowAnswerIsWaitedFor() async throws {
        _ = try await run { service, request in
            service.answerLater(to: request) { .success(["slow": true]) }
        } body: { _, liaison in
            let status = try await liaison.request(LiaisonCommand(.get, ["rpc.status"]))
            #expect(status == ["slow": true])
        }
    }

    @Test func eventsAreHeardAndKept() async throws {
        var settings = LiaisonGatewaySettings()
        settings.events = 3
        _ = try await run(settings, echo) { rig, liaison in
            func run(_ name: String, _ arguments: JSONValue...) async throws -> JSONValue {
                try await liaison.request(LiaisonCommand(.run, [.string(name)] + arguments))
            }
            let topics = try await run("rpc:subscribe", ["event"])
            #expect(topics == ["event"])
            let wrong = await #expect(throws: LiaisonError.self) { try await run("rpc:subscribe", "evnt") }
            #expect(wrong?.type == "LookupError")
            let stop = EmergencyStopContext(reason: "User Button", reasonCode: .userButton, activeAlarms: [])
            for _ in 0..<3 { try rig.service.sendEvent(.tunnelEnter) }
            try rig.service.sendEvent(.emergencyStop, stop)
            var pushes = liaison.pushes.makeAsyncIterator()
            for kind in [1101, 1101, 1101, 9001] {
                let push = await pushes.next()
                let heard = push?["payload"]?["kind"]
                #expect(
                    push?["tag"] == push?["topic"]
                        && push?["evt"] == ["id": .string("push:\(push?["tag"]?.string ?? "")")]
                )
                #expect(
                    kind == 9001 ? push?["payload"]?["context"]?["reason"] == "User Button" : heard == JSONValue(kind)
                )
            }
            let events = try await liaison.request(LiaisonCommand(.get, ["rpc.events"])).array ?? []
            #expect(events.count == 3 && events.first?["kind"] == 1101)
            #expect(events.last?["context"]?["reason"] == "User Button")
            let none = try await run("rpc:unsubscribe")
            #expect(none == [])
            let heartbeats = try await run("rpc:subscribe", "heartbeat")
            #expect(heartbeats == ["heartbeat"])
            let heartbeat = await pushes.next()
            #expect(heartbeat?["topic"] == "heartbeat" && heartbeat?["payload"]?["implementation"] == "AcquisitionRPC")
        }
    }

    // MARK: - The gateway

    @Test func markersArePrintedWhenAskedFor() async throws {
        var settings = LiaisonGatewaySettings()
        settings.gateway.listen.host = "localhost"
        #expect(try await run(settings, echo) { _, liaison in try await liaison.expectPong() }.all.isEmpty)
        settings.printMarkers = true
        let printed = try await run(settings, echo) { rig, liaison in
            try await liaison.expectPong()
            #expect(rig.printed.all.count == 1)
        }
        let starts = printed.all.first?.hasPrefix("LIAISON:CONNECTED@localhost:") == true
        #expect(starts && printed.all.count == 2)
        #expect(printed.all.last == printed.all.first?.replacing("CONNECTED", with: "DISCONNECTED"))
    }

    @Test func theProgramsOwnNamesAreThereToo() async throws {
        let companion = LiaisonCompanion()
        try companion.value("rig.name", "rig-1")
        _ = try await run(LiaisonGatewaySettings(), companion: companion, echo) { _, liaison in
            let name = try await liaison.request(LiaisonCommand(.get, ["rig.name"]))
            #expect(name == "rig-1")
        }
        let client = try RpcClient(transport: InProcessTransport().connect())
        let taken = LiaisonCompanion()
        try taken.value("rpc", 1)
        #expect(throws: GatewayError.self) { try LiaisonGateway(client: client, companion: taken, logger: .quiet) }
        client.close()
    }

    @Test func anAddressThatIsTakenIsAnError() async throws {
        let client = try RpcClient(transport: InProcessTransport().connect())
        try await Bench.run { bench in
            var settings = LiaisonGatewaySettings()
            settings.gateway.listen = bench.address
            settings.printMarkers = true
            let printed = Printed()
            let gateway = try LiaisonGateway(settings: settings, client: client, logger: .quiet, print: printed.add)
            let error = await #expect(throws: GatewayError.self) { try await gateway.run() }
            #expect(error?.code == .cannotListen && printed.all.isEmpty)
        }
        client.close()
    }
}
