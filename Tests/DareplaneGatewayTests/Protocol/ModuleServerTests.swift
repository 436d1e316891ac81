import AcquisitionRPC
import DareplaneGateway
import Logging
import NIOCore
import TestSupport
import Testing

/// Our module over real sockets.
@Suite(.timeLimit(.minutes(1)))
struct ModuleServerTests {
    private let calls = Calls()

    private func server(_ settings: ModuleServerSettings = .test) throws -> ModuleServer {
        let server = ModuleServer(name: "swift", settings: settings, logger: .silent)
        try server.on("START", keywords: ["block"]) { [calls] in calls.note("START", $0.arguments) }
        try server.on("FAIL") { _ in throw GatewayError(.failed, "as it should") }
        try server.on("WAIT") { [calls] call in
            calls.note("WAIT", call.arguments)
            do {
                try await Task.sleep(for: .seconds(3600))
            } catch {
                calls.note("WAIT-ended", call.arguments)
            }
        }
        return server
    }

    @Test(arguments: ["START", "START\r\n", "\r\nSTART|{'block': 1}", "START|{\"block\": 1}"])
    func aCommandThatStandsAloneCounts(_ text: String) async throws {
        let server = try server()
        try await server.whileRunning { address in
            try await RawPeer.connect(to: address) { peer in
                #expect(try await peer.read(through: "\n") == "Connected to swift\n")
                for _ in 0..<2 {
                    try await peer.send(text)
                    #expect(await calls.next()?.name == "START")
                }
            }
        }
    }

    @Test func aCommandOfOldControlRoomsThatLeaveAtOnceCounts() async throws {
        let server = try server()
        try await server.whileRunning { address in
            try await RawPeer.connect(to: address) { try await $0.send("START") }
            #expect(await calls.next()?.name == "START")
        }
    }

    @Test func halfACommandIsNotCarriedOut() async throws {
        let server = try server()
        try await server.whileRunning { address in
            try await RawPeer.connect(to: address) { peer in
                try await peer.send("START|{\"block\":")
                // Longer than what stands alone has to.
                try await Task.sleep(for: .milliseconds(120))
                try await peer.send("7};")
                #expect(await calls.next() == Calls.Call("START", ["block": 7]))
            }
        }
    }

    @Test func commandsBeginInOrderAndHoldNobodyUp() async throws {
        let server = ModuleServer(name: "swift", settings: .test, logger: .silent)
        try server.on("STEP") { [calls] call in
            calls.note("STEP", call.arguments)
            try await Task.sleep(for: .seconds(3600))
        }
        try await server.whileRunning { address in
            try await RawPeer.connect(to: address) { peer in
                try await peer.send((0..<20).map { "STEP|{\"n\": \($0)};" }.joined() + "UP;")
                for number in 0..<20 {
                    #expect(await calls.next()?.arguments["n"] == JSONValue(number))
                }
                _ = try await peer.read(through: "\n")
                #expect(try await peer.read(through: "1") == "1")
            }
        }
    }

    @Test func tooManyAtOnceAreRefused() async throws {
        var settings = ModuleServerSettings.test
        settings.limits.inFlightPerConnection = 2
        let server = try server(settings)
        try await server.whileRunning { address in
            try await RawPeer.connect(to: address) { peer in
                try await peer.send("WAIT|{\"n\":1};WAIT|{\"n\":2};WAIT|{\"n\":3};START;UP;")
                _ = try await peer.read(through: "\n")
                #expect(try await peer.read(through: "1") == "1")
                // STOP makes room.
                try await peer.send("STOP;")
                var seen: [String] = []
                for _ in 0..<4 { if let call = await calls.next() { seen.append(call.name) } }
                #expect(seen == ["WAIT", "WAIT", "WAIT-ended", "WAIT-ended"])
                // A place is free only after the command that had it has ended.
                try await repeating { [outbound = peer.outbound] in
                    try? await outbound.write(ByteBuffer(string: "START;"))
                } until: {
                    #expect(await calls.next()?.name == "START")
                }
            }
        }
    }

    @Test func stopEndsTheCommandsOfEverybody() async throws {
        let server = try server()
        try server.on("STOP") { [calls] _ in calls.note("STOP") }
        #expect(throws: GatewayError.self) { try server.on("UP") { _ in } }
        #expect(throws: GatewayError.self) { try server.on("A|B") { _ in } }
        try await server.whileRunning { address in
            try await RawPeer.connect(to: address) { one in
                try await one.send("WAIT|{\"n\":1};")
                _ = await calls.next()
                try await RawPeer.connect(to: address) { two in
                    try await two.send("WAIT|{\"n\":2};STOP;GET_PCOMMS;")
                    let all = await calls.all(through: "STOP", atLeast: 4)
                    #expect(all.map(\.name).sorted() == ["STOP", "WAIT", "WAIT-ended", "WAIT-ended"])
                    #expect(all.first?.name == "WAIT")
                    let list = "START|FAIL|WAIT|STOP|CLOSE|GET_PCOMMS|UP"
                    #expect(try await two.read(through: "|UP") == "Connected to swift\n" + list)
                }
            }
        }
    }

    @Test func closeTakesNobodyInAndEndsWithTheLast() async throws {
        let server = try server()
        let (addresses, inlet) = AsyncStream.makeStream(of: ListenAddress.self)
        let running = Task { try await server.run { inlet.yield($0) } }
        let address = try #require(await addresses.first { _ in true })
        try await RawPeer.connect(to: address) { one in
            try await one.send("CLOSE;UP;")
            #expect(try await one.read(through: "1") == "Connected to swift\n1")
            try await RawPeer.connect(to: address) { two in
                let piece = try await two.readPiece()
                #expect(piece == "")
            }
            try await one.send("START;")
            #expect(await calls.next()?.name == "START")
        }
        try await running.value
        // It may be run again.
        try await server.whileRunning { address in
            try await RawPeer.connect(to: address) { peer in
                let greeting = try await peer.read(through: "\n")
                #expect(greeting == "Connected to swift\n")
            }
        }
    }

    @Test func commandsGoOnWhenTheirControlRoomLeavesAndEndWithTheModule() async throws {
        let server = try server()
        try await server.whileRunning { address in
            try await RawPeer.connect(to: address) { peer in
                try await peer.send("WAIT;")
                #expect(await calls.next()?.name == "WAIT")
            }
            try await RawPeer.connect(to: address) { peer in
                try await peer.send("START;")
                #expect(await calls.next()?.name == "START")
            }
        }
        #expect(await calls.next()?.name == "WAIT-ended")
    }

    @Test func nothingThatIsSentEndsIt() async throws {
        var random = SeededGenerator()
        var settings = ModuleServerSettings.test
        settings.limits.messageSize = 500
        let server = try server(settings)
        try server.on("LAST", keywords: ["block"]) { [calls] in calls.note("LAST", $0.arguments) }
        let alphabet = Array("START|{}'\";:\r\n UPGET_PCOMMS\\u1,[]FAILWAIT".utf8) + [0, 0xC2, 0xFF]
        let junk = (0..<50).map { _ in
            (0..<Int.random(in: 0...800, using: &random)).compactMap { _ in alphabet.randomElement(using: &random) }
        }
        try await server.whileRunning { address in
            try await RawPeer.connect(to: address) { good in
                for bytes in junk {
                    try await RawPeer.connect(to: address) { try await $0.send(bytes) }
                }
                try await good.send("FAIL;LAS;LAST|{\"blok\":1};LAST|[1];LAST|{\"block\": 9};UP;")
                let last = await calls.all(through: "LAST").last
                #expect(last == Calls.Call("LAST", ["block": 9]), "seed \(random.seed)")
                #expect(try await good.read(through: "1") == "Connected to swift\n1", "seed \(random.seed)")
            }
        }
    }

    @Test func whatIsTooLargeIsRefusedAndTheNextIsCarriedOut() async throws {
        var settings = ModuleServerSettings.test
        settings.limits.messageSize = 100
        let server = try server(settings)
        try await server.whileRunning { address in
            try await RawPeer.connect(to: address) { peer in
                try await peer.send("START|{\"block\": \"" + String(repeating: "x", count: 10_000) + "\"};START;")
                #expect(await calls.next() == Calls.Call("START"))
            }
        }
    }

    @Test func oneConnectionTooManyIsClosed() async throws {
        var settings = ModuleServerSettings.test
        settings.limits.connections = 2
        let server = try server(settings)
        try await server.whileRunning { address in
            try await RawPeer.connect(to: address) { one in
                try await RawPeer.connect(to: address) { two in
                    for greeting in [try await one.read(through: "\n"), try await two.read(through: "\n")] {
                        #expect(greeting == "Connected to swift\n")
                    }
                    try await RawPeer.connect(to: address) { three in
                        let piece = try await three.readPiece()
                        #expect(piece == "")
                    }
                }
            }
        }
    }
}
