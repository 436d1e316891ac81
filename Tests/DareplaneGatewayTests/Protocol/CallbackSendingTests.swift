import AcquisitionRPC
import DareplaneGateway
import Logging
import TestSupport
import Testing

/// Callbacks of our module, read by raw peers and as the real control room reads them.
@Suite(.timeLimit(.minutes(1)))
struct CallbackSendingTests {
    private func server(_ settings: ModuleServerSettings = .test) -> ModuleServer {
        ModuleServer(name: "swift", settings: settings, logger: .silent)
    }

    @Test func withoutControlRoomACallbackIsRefused() async throws {
        let server = server()
        let isRefused: (any Error) -> Bool = { ($0 as? GatewayError)?.code == .notConnected }
        await #expect { try await server.callModule("b", "GO") } throws: { isRefused($0) }
        try await server.whileRunning { address in
            try await RawPeer.connect(to: address) { peer in
                _ = try await peer.read(through: "\n")
                try await RawPeer.connect(to: address) { other in
                    _ = try await other.read(through: "\n")
                    // Neither of the two has done what control rooms do.
                    await #expect { try await server.callModule("b", "GO") } throws: { isRefused($0) }
                }
                try await peer.send("UP;")
                #expect(try await peer.read(through: "1") == "1")
                try await server.callModule("module-1", "STARTRECORD", ["filename": "é;.xdf"])
                let text = "module-1|STARTRECORD|{\"filename\": \"\\u00e9\\u003b.xdf\"}"
                #expect(try await peer.read(through: "}") == text)
                await #expect { try await server.callModule("1b", "GO") } throws: {
                    ($0 as? GatewayError)?.code == .badMessage
                }
            }
            await refused { try await server.callModule("b", "GO") }
        }
    }

    /// A control room that has the commands from its configuration (`[exe.modules.x]`) asks for nothing.
    @Test(arguments: ["", "GO;", "GO\n", "STOP;"])
    func aConnectionThatCommandsOrIsTheOnlyOneIsTheControlRoom(_ command: String) async throws {
        let server = server()
        try server.on("GO") { _ in }
        try await server.whileRunning { address in
            try await RawPeer.connect(to: address) { room in
                _ = try await room.read(through: "\n")
                try await room.send(command)
                if !command.isEmpty {
                    // A stranger that is connected too, and says nothing that is understood.
                    try await RawPeer.connect(to: address) { other in
                        _ = try await other.read(through: "\n")
                        try await other.send("GET / HTTP/1.1\r\n\r\n;")
                        try await repeating {
                            try? await server.callModule("b", "GO")
                        } until: {
                            let callback = try await room.read(through: "}")
                            #expect(callback == "b|GO|{}")
                        }
                    }
                } else {
                    let start = ContinuousClock.now
                    try await server.callModule("b", "GO")
                    #expect(try await room.read(through: "}") == "b|GO|{}")
                    // Until then the control room takes it for a part of the greeting.
                    #expect(ContinuousClock.now - start >= .milliseconds(1200))
                }
            }
        }
    }

    /// Tries until there is nobody: that the control room left shows a moment later, and until then so many may wait.
    private func refused(_ body: () async throws -> Void) async {
        while true {
            do { try await body() } catch let error as GatewayError where error.code == .notConnected { return } catch {
                #expect((error as? GatewayError)?.code == .busy)
            }
            await Task.yield()
        }
    }

    @Test func callbacksGoToTheLastControlRoomThatAskedForCommands() async throws {
        let server = server()
        try await server.whileRunning { address in
            try await RawPeer.connect(to: address) { one in
                try await one.send("GET_PCOMMS;")
                _ = try await one.read(through: "|UP")
                try await RawPeer.connect(to: address) { two in
                    try await two.send("GET_PCOMMS;")
                    _ = try await two.read(through: "|UP")
                    try await one.send("UP;GET_PCOMMS;")
                    _ = try await one.read(through: "|UP")
                    try await server.callModule("b", "GO")
                    #expect(try await two.read(through: "}") == "b|GO|{}")
                }
                try await one.send("UP;")
                _ = try await one.read(through: "1")
                // That the other one left shows a moment later; what was sent to it meanwhile is lost with it.
                try await repeating {
                    try? await server.callModule("b", "GO")
                } until: {
                    let callback = try await one.read(through: "}")
                    #expect(callback == "b|GO|{}")
                }
            }
        }
    }

    @Test func tooManyAtOnceAreRefused() async throws {
        var settings = ModuleServerSettings.test
        settings.limits.queuedPerConnection = 3
        let server = server(settings)
        try await server.whileRunning { address in
            try await RawPeer.connect(to: address) { peer in
                try await peer.send("GET_PCOMMS;")
                _ = try await peer.read(through: "|UP")
                // The first one waits too: for the control room to read the list.
                for _ in 0..<3 { try await server.callModule("b", "GO") }
                await #expect { try await server.callModule("b", "GO") } throws: {
                    ($0 as? GatewayError)?.code == .busy
                }
                for _ in 0..<3 { #expect(try await peer.read(through: "}") == "b|GO|{}") }
            }
        }
    }

    /// Ten callbacks at once, while the control room asks for signs of life all the time: each arrives, alone.
    @Test func theRealClientReadsEveryCallback() async throws {
        var settings = ModuleServerSettings.test
        // Twice the usual one: the client runs on a machine that may have much to do.
        settings.gap = .milliseconds(100)
        let server = server(settings)
        let calls = Calls()
        try server.on("ECHO") { calls.note("ECHO", $0.arguments) }
        try await server.whileRunning { address in
            let room = try DareplaneRelease.current.run("dareplane_room.py", ["\(address.port)"])
            let first = try JSONReader.read(await room.line())
            #expect(first["pcomms"] == ["ECHO", "STOP", "CLOSE", "GET_PCOMMS", "UP"])
            try room.write("ECHO|{\"a\": \"\\u00e9\", \"n\": [1, 2]}")
            #expect(await calls.next()?.arguments == ["a": "é", "n": [1, 2]])
            for number in 0..<10 {
                try await server.callModule("mod-b", "GO", ["n": JSONValue(number)])
                try room.write("UP")
            }
            var (numbers, lives): ([JSONValue], Int) = ([], 0)
            while numbers.count < 10 || lives == 0 {
                let line = try JSONReader.read(await room.line())
                if line["up"] == true { lives += 1 }
                if let callback = line["callback"]?.array?.compactMap(\.string) {
                    let callback = Callback(module: callback[0], name: callback[1], payload: callback[2])
                    #expect(callback.module == "mod-b")
                    numbers.append(try callback.command().payload?["n"] ?? nil)
                }
                #expect(line["rejected"] == nil)
            }
            #expect(numbers == (0..<10).map { JSONValue($0) })
        }
    }
}
