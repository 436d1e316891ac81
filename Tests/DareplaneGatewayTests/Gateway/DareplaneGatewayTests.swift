import AcquisitionModel
import AcquisitionRPC
import DareplaneGateway
import Logging
import Synchronization
import TestSupport
import Testing

/// The gateway in front of a service in the same process.
@Suite(.timeLimit(.minutes(1)))
struct DareplaneGatewayTests {
    private let transport = InProcessTransport()
    private let service: TransportRpcService
    private let client: RpcClient
    private let log = LogLines()
    private let calls = Calls()

    init() throws {
        service = TransportRpcService(
            options: RpcOptions(heartbeatInterval: .milliseconds(50)),
            transport: transport,
            logger: .silent
        )
        client = try RpcClient(transport: transport.connect())
        service.setDelegate { [calls, service] request in
            calls.note("\(request.command)", ["data": request.data, "custom": request.customCommand])
            switch request.command {
            case .getStatus: return .success(["trials": 3])
            case .getAnimals: throw CommandError("no animals", code: 3)
            case .userDefined:
                return service.answerLater(to: request) {
                    try await Task.sleep(for: .seconds(3600))
                    return .success()
                }
            default: return .success()
            }
        }
        try service.start()
    }

    private var settings: DareplaneGatewaySettings {
        var settings = DareplaneGatewaySettings()
        settings.gateway.listen.port = 0
        settings.gap = .milliseconds(10)
        settings.gateway.map["STARTRECORD"] = MappedCommand(
            .startAcquisition,
            data: ["file": "$filename", "block": "block $block"]
        )
        settings.gateway.map["LATER"] = MappedCommand(.custom("later"))
        return settings
    }

    /// Runs the gateway while a control room is connected.
    private func whileRunning(
        _ settings: DareplaneGatewaySettings,
        _ body: (DareplaneGateway, inout RawPeer) async throws -> Void
    ) async throws {
        let gateway = try DareplaneGateway(settings: settings, client: client, logger: log.logger)
        let (addresses, inlet) = AsyncStream.makeStream(of: ListenAddress.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await gateway.run { inlet.yield($0) } }
            let address = try #require(await addresses.first { _ in true })
            try await RawPeer.connect(to: address) { peer in
                try await peer.send("GET_PCOMMS;")
                _ = try await peer.read(through: "GET_PCOMMS|UP")
                try await body(gateway, &peer)
            }
        }
        await service.stop()
        client.close()
    }

    @Test func commandsAreGivenInTheOrderInWhichTheyCame() async throws {
        try await whileRunning(settings) { _, peer in
            try await peer.send(
                "STARTRECORD|{\"filename\": \"a.xdf\", \"block\": 2};GET_STATUS;START|{'who': 'me'};"
            )
            let running = JSONValue(ApiApplicationMode.running.rawValue)
            let idle = JSONValue(ApiApplicationMode.idle.rawValue)
            let expected: [(String, JSONValue)] = [
                ("setApplicationMode", ["file": "a.xdf", "block": "block 2", "mode": running]),
                ("getStatus", nil),
                ("setApplicationMode", ["who": "me", "mode": running]),
                ("setApplicationMode", ["mode": idle]),
            ]
            for (index, (name, data)) in expected.enumerated() {
                // STOP cancels what has not begun.
                if index == 3 { try await peer.send("STOP;") }
                let call = await calls.next()
                #expect(call == Calls.Call(name, ["data": data, "custom": -1]), "\(String(describing: call))")
            }
        }
    }

    @Test func manyCommandsAtOnceKeepTheirOrder() async throws {
        var settings = settings
        settings.gateway.limits.inFlightPerConnection = 1000
        try await whileRunning(settings) { _, peer in
            try await peer.send((0..<1000).map { "GET_STATUS|{\"n\": \($0)};" }.joined())
            var numbers: [Int] = []
            while numbers.count < 1000 {
                numbers.append(await calls.next()?.arguments["data"]?["n"]?.int ?? -1)
            }
            #expect(numbers == Array(0..<1000))
        }
    }

    @Test func whatIsNotMappedAndWhatFailsIsLogged() async throws {
        var settings = settings
        settings.resultTo = "recorder"
        settings.gateway.role = .observer
        try await whileRunning(settings) { _, peer in
            try await peer.send("GET_STATU;STARTRECORD|{\"filename\": 1};START;")
            #expect(await log.line(with: "warning A command was refused", "command=GET_STATU", "GET_STATUS") != nil)
            let missing = "There is no argument 'block' for 'block $block'"
            #expect(await log.line(with: "warning A command failed", "command=STARTRECORD", missing) != nil)
            #expect(await log.line(with: "warning A command failed", "command=START", "role is observer") != nil)
            var results: Set<JSONValue> = []
            for _ in 0..<2 {
                let callback = try Callback(parsing: try await peer.read(through: "}"))
                #expect(callback.module == "recorder")
                #expect(callback.name == "RESULT")
                results.insert(.object(try callback.command().payload ?? [:]))
            }
            #expect(results.contains { $0["command"] == "START" && $0["ok"] == false && $0["error"] != nil })
        }
    }

    @Test func resultsAreToldToTheModuleThatHearsThem() async throws {
        var settings = settings
        settings.resultTo = "recorder"
        try await whileRunning(settings) { _, peer in
            try await peer.send("GET_STATUS;")
            #expect(
                try await peer.read(through: "}}")
                    == "recorder|RESULT|{\"command\": \"GET_STATUS\", \"ok\": true, \"data\": {\"trials\": 3}}"
            )
            try await peer.send("GET_ANIMALS;")
            let text = try await peer.read(through: "}")
            #expect(text.hasPrefix("recorder|RESULT|{\"command\": \"GET_ANIMALS\", \"ok\": false, \"error\": "))
            #expect(text.contains("no animals"))
        }
    }

    @Test func stopEndsTheWaitingAndStopsTheAcquisition() async throws {
        try await whileRunning(settings) { _, peer in
            try await peer.send("LATER;")
            #expect(await calls.next() == Calls.Call("userDefined", ["data": nil, "custom": "later"]))
            #expect(await log.line(with: "info A command is under way", "command=LATER") != nil)
            try await peer.send("STOP;")
            #expect(await log.line(with: "notice A control room sent STOP", "cancelled=1") != nil)
            #expect(await calls.next()?.name == "setApplicationMode")
            #expect(await log.line(with: "info A command was cancelled", "command=LATER") != nil)
        }
    }

    @Test func eventsBecomeCallbacks() async throws {
        var settings = settings
        settings.callbacks = [
            EventRule(.tunnelEnter, target: "recorder", name: "MARK", data: ["what": "$kind"]),
            EventRule(.tunnelEnter, target: "stimulus", name: "GO"),
            EventRule(.tunnelExit, target: "recorder", name: "MARK", data: ["x": "$nothing"]),
        ]
        try await whileRunning(settings) { gateway, peer in
            let service = service
            // The client hears of events a moment after it was made.
            try await repeating {
                try? service.sendEvent(.tunnelEnter)
            } until: {
                for text in ["recorder|MARK|{\"what\": \"tunnelEnter\"}", "stimulus|GO|{}"] {
                    let callback = try await peer.read(through: "}")
                    #expect(callback == text)
                }
            }
            try service.sendEvent(.tunnelExit)
            #expect(await log.line(with: "warning An event could not be passed on", "'nothing'") != nil)
            try await gateway.callModule("module-1", "STARTRECORD", ["filename": "mytargetfile.xdf"])
            let text = "module-1|STARTRECORD|{\"filename\": \"mytargetfile.xdf\"}"
            #expect(try await peer.read(through: text).hasSuffix(text))
        }
    }

    @Test func closeEndsTheGatewayAndNotTheProcess() async throws {
        let gateway = try DareplaneGateway(settings: settings, client: client, logger: .silent)
        let (addresses, inlet) = AsyncStream.makeStream(of: ListenAddress.self)
        let running = Task { try await gateway.run { inlet.yield($0) } }
        let address = try #require(await addresses.first { _ in true })
        try await RawPeer.connect(to: address) { peer in
            try await peer.send("CLOSE;UP;")
            _ = try await peer.read(through: "\n1")
        }
        try await running.value
        #expect(try await client.request(.getStatus).result == .success)
        await service.stop()
    }

    @Test func aMapThatNoControlRoomCouldUseIsRefused() throws {
        var settings = settings
        settings.gateway.map["GET_PCOMMS"] = MappedCommand(.command(.getStatus))
        #expect {
            _ = try DareplaneGateway(settings: settings, client: client, logger: .silent)
        } throws: {
            ($0 as? GatewayError)?.code == .badValue
        }
    }

    @Test func theRealClientGivesCommands() async throws {
        let gateway = try DareplaneGateway(settings: settings, client: client, logger: .silent)
        try await gateway.module.whileRunning { address in
            let room = try DareplaneRelease.current.run("dareplane_room.py", ["\(address.port)"])
            let pcomms = try JSONReader.read(await room.line())["pcomms"]?.array ?? []
            #expect(pcomms.first == "START")
            #expect(pcomms.contains("GET_STATUS"))
            #expect(pcomms.filter { $0 == "STOP" }.count == 1)
            try room.write("START|{\"filename\": \"a.xdf\"}")
            #expect(await calls.next()?.arguments["data"]?["filename"] == "a.xdf")
            try room.write("STOP")
            #expect(await calls.next()?.arguments["data"]?["mode"] == JSONValue(ApiApplicationMode.idle.rawValue))
        }
        await service.stop()
    }
}
