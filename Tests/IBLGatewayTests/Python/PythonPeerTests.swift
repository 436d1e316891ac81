import AcquisitionModel
import GatewayCore
import IBLGateway
import TestSupport
import Testing

/// The Python package at the other end.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct PythonPeerTests {
    static let messages: [RigMessage] = [
        .initialize(["é": 1]), .start(try? ExperimentReference("2026-01-01_1_mouse"), ["foo": "bar"]),
        .status(.running),
        .info(.running, [1, nil]), .stop("x"), .stop(immediately: true), .cleanup(), .alyx(MessageTests.login),
    ]

    @Test(arguments: RigURI.Transport.allCases)
    func ourClientAtTheirServer(_ transport: RigURI.Transport) async throws {
        let rig = try await PythonRig.server(transport, ["--answer", #"{"from": "rig"}"#])
        let client = Communicator.client(rig.uri)
        try await client.whileRunning { _ in
            for message in Self.messages {
                let answer = client.expect([message.event])
                try await client.send(message)
                let heard = try await rig.heard()
                #expect(heard == .array([JSONValue(message.event.rawValue)] + message.elements))
                let said = try await answer.value(within: .seconds(10)).message.elements
                #expect(said == [["from": "rig"]])
                // The package breaks where it says two things at once (`protocol/iblutil.md`, I13).
                _ = try await rig.process.line { $0.contains("\"confirmed\"") }
            }
            // The server's own call, to the client that it knows by now.
            let begun = client.expect([.start])
            let result = try await rig.call("start", ["2026-01-01_2_rat"])
            #expect(result == .null)
            let reference = try await begun.value(within: .seconds(10)).message.referenceText
            #expect(reference == "2026-01-01_2_rat")
        }
        await rig.end()
    }

    /// A rig may answer at once with what it was told: on UDP only the blanks at the end tell that from a second echo, on
    /// TCP it comes in one segment with the echo.
    @Test(arguments: RigURI.Transport.allCases)
    func theSameAnswerAtOnce(_ transport: RigURI.Transport) async throws {
        let rig = try await PythonRig.server(transport, ["--answer", "same"])
        let client = Communicator.client(rig.uri)
        try await client.whileRunning { _ in
            for _ in 0..<10 {
                let answer = client.expect([.initialize])
                try await client.initialize()
                let said = try await answer.value(within: .seconds(10)).message
                #expect(said == .initialize())
            }
        }
        await rig.end()
    }

    @Test(arguments: RigURI.Transport.allCases)
    func theirCallbackFails(_ transport: RigURI.Transport) async throws {
        let rig = try await PythonRig.server(transport, ["--fail", "EXPSTART"])
        let client = Communicator.client(rig.uri)
        try await client.whileRunning { _ in
            let report = client.expect([.error])
            try await client.start(nil)
            let failure = try await report.value(within: .seconds(10)).message
            #expect(failure == .failure("ValueError: the rig failed", of: .start))
            try await client.cleanup()
        }
        await rig.end()
    }

    @Test(arguments: RigURI.Transport.allCases)
    func theirClientAtOurServer(_ transport: RigURI.Transport) async throws {
        let server = Communicator.server(transport)
        server.answer(with: ["from": "ours"])
        try await server.whileRunning { uri in
            var heard = server.messages().makeAsyncIterator()
            let client = try await PythonRig.client(of: uri)
            let calls: [(String, [JSONValue], String, RigMessage)] = [
                ("init", [["é": 1]], "EXPINIT", .initialize(["é": 1])),
                ("start", ["2026-01-01_1_mouse"], "EXPSTART", .start(try ExperimentReference("2026-01-01_1_mouse"))),
                ("status", [20], "EXPSTATUS", .status(.running)),
                ("info", [20, "x"], "EXPINFO", .info(.running, "x")),
                ("stop", [["y"]], "EXPEND", .stop(["y"])),
                ("cleanup", [], "EXPCLEANUP", .cleanup()),
            ]
            for (method, arguments, event, message) in calls {
                let result = try await client.call(method, arguments, waitingFor: event)
                #expect(result == [["from": "ours"]])
                let event = await heard.next()
                #expect(event?.message == message)
            }
            await client.end()
        }
    }

    /// It does not mark what it sends, and closes where it hears no echo.
    @Test func theirClientSaysTheSameAgainAtOnce() async throws {
        let server = Communicator.server(.udp)
        try await server.whileRunning { uri in
            let client = try await PythonRig.client(of: uri)
            for _ in 0..<20 {
                let result = try await client.call("status", [20])
                #expect(result == .null)
            }
            await client.end()
        }
    }

    @Test(arguments: RigURI.Transport.allCases)
    func ourCallbackFails(_ transport: RigURI.Transport) async throws {
        let server = Communicator.server(transport)
        server.onMessage([.start]) { _ in throw GatewayError(.failed, "no pellets") }
        server.onMessage([.cleanup]) { try await server.cleanup("done", to: $0.peer) }
        try await server.whileRunning { uri in
            let client = try await PythonRig.client(of: uri)
            let started = try await client.call("start", ["2026-01-01_1_mouse"])
            #expect(started == .null)
            let heard = try await client.heard()
            #expect(heard == [0, "GatewayError: no pellets", 2])
            let cleaned = try await client.call("cleanup", waitingFor: "EXPCLEANUP")
            #expect(cleaned == ["done"])
            await client.end()
        }
    }

    /// The original serves one TCP client properly (`protocol/iblutil.md`, I19); here each has its own connection.
    @Test func severalOfTheirClients() async throws {
        let server = Communicator.server(.tcp)
        server.onMessage { try await server.send($0.message, to: $0.peer) }
        try await server.whileRunning { uri in
            let clients = [try await PythonRig.client(of: uri), try await PythonRig.client(of: uri)]
            for (number, client) in (clients + clients).enumerated() {
                let result = try await client.call("init", [.init(number)], waitingFor: "EXPINIT")
                #expect(result == [.init(number)])
            }
            for client in clients { await client.end() }
        }
    }
}
