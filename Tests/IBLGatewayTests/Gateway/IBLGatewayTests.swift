import AcquisitionRPC
import GatewayCore
import IBLGateway
import TestSupport
import Testing

/// The acquisition process as a rig.
@Suite(.timeLimit(.minutes(1)))
struct IBLGatewayTests {
    private static let reference = try? ExperimentReference("2026-01-01_3_mouse")

    @Test(arguments: RigURI.Transport.allCases, Dialect.allCases)
    func anExperimentFromBeginningToEnd(_ transport: RigURI.Transport, _ dialect: Dialect) async throws {
        let bench = try GatewayBench(dialect)
        try await bench.run(IBLGatewaySettings(transport: transport, announces: false)) { uri in
            let controller = Communicator.client(uri)
            try await controller.whileRunning { _ in
                let conversation: [(RigMessage, RigMessage)] = [
                    (.status(.connected), .status(.connected)),
                    (.initialize(["a": 1]), .initialize()),
                    (.status(.connected), .status(.initialized)),
                    (.start(Self.reference, ["weight": 21.5]), .start(Self.reference, ["done": true])),
                    (
                        .info(.running, "?"),
                        .info(
                            .running,
                            [
                                "applicationMode": 0, "extra": "x", "main_sync": false, "experiment_description": [:],
                                "master": false, "exp_ref": "2026-01-01_3_mouse", "status": 20,
                            ]
                        )
                    ),
                    (.stop(["why": "enough"]), .stop(["done": true])),
                    (.stop("now", immediately: true), .stop(["done": true], immediately: true)),
                    (.status(.running), .status(.stopped)),
                    (.cleanup(), .cleanup()),
                    (.status(.running), .status(.connected)),
                ]
                for (said, expected) in conversation {
                    let answer = try await controller.ask(said)
                    #expect(answer == expected)
                }
            }
        }
        var start: JSONValue = [
            "weight": 21.5, "expRef": "2026-01-01_3_mouse", "subject": "mouse", "date": "2026-01-01", "number": 3,
        ]
        var stops: [JSONValue] = [["why": "enough"], ["data": "now"]]
        if dialect == .current {
            start = Self.adding(100, to: start)
            stops = stops.map { Self.adding(0, to: $0) }
        }
        #expect(bench.commands.map(\.data) == [start] + stops)
        let expected: [ApiCommand] =
            dialect == .current
            ? [.setApplicationMode, .setApplicationMode, .setApplicationMode]
            : [
                ApiCommand.Legacy.startAcquisition, ApiCommand.Legacy.stopAcquisition,
                ApiCommand.Legacy.stopAcquisition,
            ]
        #expect(bench.commands.map(\.command) == expected)
    }

    private static func adding(_ mode: Int, to data: JSONValue) -> JSONValue {
        var object = data.object ?? JSONObject()
        object.set("mode", to: JSONValue(mode))
        return .object(object)
    }

    @Test func whatFailsIsReported() async throws {
        let bench = try GatewayBench { _ in throw CommandError("no pellets") }
        var settings = IBLGatewaySettings(announces: false)
        settings.gateway.map["EXPINIT"] = MappedCommand(.command(.getConfiguration))
        settings.gateway.map["EXPEND"] = nil
        try await bench.run(settings) { uri in
            let controller = Communicator.client(uri)
            try await controller.whileRunning { _ in
                let failures: [(RigMessage, String)] = [
                    (.start(Self.reference), "GatewayError: 'EXPSTART' was not carried out: no pellets"),
                    (.initialize(), "GatewayError: 'EXPINIT' was not carried out: no pellets"),
                    (RigMessage(.start, ["yesterday", nil]), "GatewayError: 'yesterday' is no experiment reference: "),
                    (
                        RigMessage(.start, [7, nil]),
                        "GatewayError: An experiment reference is text or an object, not a number"
                    ),
                    (.alyx(nil), "GatewayError: This rig has no login to Alyx"),
                ]
                for (said, expected) in failures {
                    let answer = try await controller.ask(said)
                    let failure = try #require(answer.failure)
                    #expect(failure.text.hasPrefix(expected) && failure.event == said.event)
                }
                // Nothing came of it, and what is not mapped is only kept in mind.
                let status = try await controller.ask(.status(.connected))
                #expect(status == .status(.connected))
                let end = try await controller.ask(.stop())
                #expect(end == .stop())
            }
        }
        #expect(bench.commands.map(\.command) == [.setApplicationMode, .getConfiguration])
    }

    /// Over UDP an answer must fit into a datagram; over TCP it arrives whole, however it is cut on the way.
    @Test(arguments: RigURI.Transport.allCases)
    func aLongAnswer(_ transport: RigURI.Transport) async throws {
        let long = String(repeating: "x", count: 200_000)
        let bench = try GatewayBench { _ in .success(["text": .string(long)]) }
        try await bench.run(IBLGatewaySettings(transport: transport, announces: false)) { uri in
            let controller = Communicator.client(uri)
            try await controller.whileRunning { _ in
                let answer = try await controller.ask(.info(.connected))
                switch transport {
                case .udp: #expect(answer.failure?.text.contains("a datagram holds 65507") == true)
                case .tcp: #expect(answer.data["text"]?.string == long)
                }
            }
        }
    }

    @Test func observersMayOnlyAsk() async throws {
        let bench = try GatewayBench()
        var settings = IBLGatewaySettings(announces: false)
        settings.gateway.role = .observer
        try await bench.run(settings) { uri in
            let controller = Communicator.client(uri)
            try await controller.whileRunning { _ in
                let refused = try await controller.ask(.start(Self.reference))
                #expect(refused.failure?.text.contains("not allowed") == true)
                let info = try await controller.ask(.info(.connected))
                #expect(info.data["extra"] == "x")
            }
        }
        #expect(bench.commands.isEmpty)
    }

    /// A start that takes its time holds nobody up, least of all the one who wants to stop.
    @Test func anInterruptOvertakesAStart() async throws {
        let (interrupts, interrupt) = AsyncStream.makeStream(of: Void.self)
        let bench = try GatewayBench { request in
            if request.data["mode"] == 0 { interrupt.finish() } else { for await _ in interrupts {} }
            return .success()
        }
        var settings = IBLGatewaySettings(announces: false)
        settings.gateway.limits.inFlightPerConnection = 1
        try await bench.run(settings) { uri in
            let controller = Communicator.client(uri)
            try await controller.whileRunning { _ in
                let started = controller.expect([.start])
                let refused = controller.expect([.error])
                let interrupted = controller.expect([.interrupt])
                try await controller.start(Self.reference)
                try await controller.initialize()
                let report = try await refused.value(within: .seconds(10)).message.failure
                #expect(report?.text.contains("1 commands are under way") == true && report?.event == .initialize)
                try await controller.stop(immediately: true)
                _ = try await interrupted.value(within: .seconds(10))
                _ = try await started.value(within: .seconds(10))
            }
        }
    }

    @Test(arguments: RigURI.Transport.allCases)
    func changesAreAnnounced(_ transport: RigURI.Transport) async throws {
        let bench = try GatewayBench()
        let rule = EventRule(.tunnelEnter, name: "EXPINFO", data: ["entered": "$index"])
        let settings = IBLGatewaySettings(transport: transport, announcementDelay: .milliseconds(20), events: [rule])
        try await bench.run(settings) { uri in
            let (first, second) = (Communicator.client(uri), Communicator.client(uri))
            try await first.whileRunning { _ in
                try await second.whileRunning { _ in
                    var heard = [first, second].map { $0.messages([.status, .info]).makeAsyncIterator() }
                    for controller in [first, second] { _ = try await controller.ask(.initialize()) }
                    try bench.service.sendEvent(.applicationModeChanged, ApplicationModeContext(mode: .running))
                    for index in heard.indices {
                        var status = await heard[index].next()?.message
                        // Over TCP the second is known before it has said anything, and hears of what the first one asked.
                        while status == .status(.initialized) { status = await heard[index].next()?.message }
                        #expect(status == .status(.running))
                    }
                    let stop = EmergencyStopContext(reason: "button", reasonCode: .userButton, activeAlarms: [])
                    try bench.service.sendEvent(.emergencyStop, stop)
                    for index in heard.indices {
                        let status = await heard[index].next()?.message
                        let info = await heard[index].next()?.message
                        #expect(status == .status(.stopped) && info?.status == .stopped)
                        #expect(info?.data["event"] == "emergencyStop" && info?.data["context"]?["reason"] == "button")
                    }
                    try bench.service.sendEvent(.tunnelEnter)
                    for index in heard.indices {
                        let info = await heard[index].next()?.message
                        #expect(info?.data["entered"]?.int != nil)
                    }
                }
            }
        }
    }

    /// Another controller hears of a start; the one who gave it has the answer.
    @Test func whoBroughtAChangeAboutIsNotTold() async throws {
        let (starts, start) = AsyncStream.makeStream(of: Void.self)
        let bench = try GatewayBench { request in
            if request.command == .setApplicationMode { start.yield() }
            return .success()
        }
        try await bench.run(IBLGatewaySettings(announcementDelay: .milliseconds(300))) { uri in
            let (first, second) = (Communicator.client(uri), Communicator.client(uri))
            try await first.whileRunning { _ in
                try await second.whileRunning { _ in
                    _ = try await second.ask(.initialize())
                    let news = second.expect([.status])
                    let toFirst = first.messages([.status])
                    let started = try await first.ask(.start(Self.reference))
                    #expect(started == .start(Self.reference))
                    for await _ in starts { break }
                    try bench.service.sendEvent(.applicationModeChanged, ApplicationModeContext(mode: .running))
                    let heard = try await news.value(within: .seconds(10)).message
                    #expect(heard == .status(.running))
                    // Its next status is the answer to its own question.
                    try await first.status(.connected)
                    for await event in toFirst {
                        #expect(event.message == .status(.running))
                        break
                    }
                }
            }
        }
    }

    /// A controller that echoes an announcement too late is told nothing more until it says something, and its late echo is
    /// no message.
    @Test func aLateEchoOfAnAnnouncementIsNoMessage() async throws {
        let bench = try GatewayBench()
        var settings = IBLGatewaySettings(announcementDelay: .milliseconds(1))
        settings.conversation.echoTimeout = .milliseconds(100)
        try await bench.run(settings, isPatient: false) { uri in
            let socket = try await RawDatagrams(to: uri)
            try await socket.whileOpen { socket in
                try await socket.send("[32, 0]")
                let echo = try await socket.next()
                #expect(echo == "[32, 0]")
                let status = try await socket.next()
                try await socket.send(status)
                try bench.service.sendEvent(.applicationModeChanged, ApplicationModeContext(mode: .running))
                let announced = try await socket.next()
                #expect(announced.hasPrefix("[32, 20]"))
                // Its time is over.
                try await Task.sleep(for: .milliseconds(300))
                try await socket.send(announced)
                try bench.service.sendEvent(.applicationModeChanged, ApplicationModeContext(mode: .idle))
                try await socket.send("[64, 0, null]")
                // What comes next belongs to the question.
                let question = try await socket.next()
                #expect(question == "[64, 0, null]")
            }
        }
    }

    @Test func aProcessThatRunsAlreadyIsSeenToRun() async throws {
        let bench = try GatewayBench { _ in .success(["applicationMode": 300]) }
        try await bench.run { uri in
            let controller = Communicator.client(uri)
            try await controller.whileRunning { _ in
                while try await controller.ask(.status(.connected)) != .status(.running) {}
            }
        }
    }

    @Test(arguments: RigURI.Transport.allCases)
    func aPythonController(_ transport: RigURI.Transport) async throws {
        let bench = try GatewayBench()
        try await bench.run(IBLGatewaySettings(transport: transport)) { uri in
            let services = try await PythonRig.services([uri])
            let started = try await services.call("start", ["2026-01-01_3_mouse", ["a": 1]])
            #expect(started == ["rig0": ["2026-01-01_3_mouse", ["done": true]]])
            let stopped = try await services.call("stop")
            #expect(stopped == ["rig0": [["done": true]]])
            await services.end()
        }
        #expect(bench.commands.map { $0.data["mode"] } == [100, 0])
        #expect(bench.commands.first?.data["subject"] == "mouse")
    }
}
