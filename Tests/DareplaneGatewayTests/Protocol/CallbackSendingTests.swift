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
                // Whoever is connected is no control room yet.
                await #expect { try await server.callModule("b", "GO") } throws: { isRefused($0) }
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

    /// Twenty callbacks at once, while the control room asks for signs of life all the time: each arrives, alone.
    @Test func theRealClientReadsEveryCallback() async throws {
        let server = server()
        let calls = Calls()
        try server.on("ECHO") { calls.note("ECHO", $0.arguments) }
        try await server.whileRunning { address in
            let room = try DareplaneRelease.current.run("dareplane_room.py", ["\(address.port)"])
            let first = try JSONReader.read(await room.line())
            #expect(first["pcomms"] == ["ECHO", "STOP", "CLOSE", "GET_PCOMMS", "UP"])
            try room.write("ECHO|{\"a\": \"\\u00e9\", \"n\": [1, 2]}")
            #expect(await calls.next()?.arguments == ["a": "é", "n": [1, 2]])
            for number in 0..<20 {
                try await server.callModule("mod-b", "GO", ["n": JSONValue(number)])
                try room.write("UP")
            }
            var (numbers, lives): ([JSONValue], Int) = ([], 0)
            while numbers.count < 20 || lives == 0 {
                let line = try JSONReader.read(await room.line())
                if line["up"] == true { lives += 1 }
                if let callback = line["callback"]?.array?.compactMap(\.string) {
                    let callback = Callback(module: callback[0], name: callback[1], payload: callback[2])
                    #expect(callback.module == "mod-b")
                    numbers.append(try callback.command().payload?["n"] ?? nil)
                }
                #expect(line["rejected"] == nil)
            }
            #expect(numbers == (0..<20).map { JSONValue($0) })
        }
    }
}
