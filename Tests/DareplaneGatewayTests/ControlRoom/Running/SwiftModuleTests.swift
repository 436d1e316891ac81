import AcquisitionModel
import DareplaneGateway
import GatewayCore
import Testing

/// Modules in Swift under our control room.
@Suite(.timeLimit(.minutes(1))) struct SwiftModuleTests {
    private static func connectOnly(_ name: String, port: Int, more: String = "") -> String {
        """
        [modules.\(name)]
        kind = "conn_only"
        ip = "127.0.0.1"
        port = \(port)
        retry_after_s = 0.02
        max_connect_retries = 1
        \(more)

        """
    }

    @Test func `A module of Swift and one of Python call each other`() async throws {
        let ports = try RoomBench.freePorts(2)
        let server = ModuleServer(
            name: "acquisition",
            settings: ModuleServerSettings(listen: ListenAddress(port: ports[0])),
            logger: .silent
        )
        let (calls, continuation) = AsyncStream.makeStream(of: JSONObject.self)
        try server.on("NOTE") { continuation.yield($0.arguments) }
        let text = Self.connectOnly("acquisition", port: ports[0]) + RoomBench.module("mod-py", port: ports[1])
        // The module comes when the control room has tried it in vain already.
        try await RoomBench.run(text) { room, events in
            try await events.up("mod-py")
            #expect(room.status.map(\.isConnected) == [false, true])
            try await withThrowingTaskGroup(of: Void.self) { group in
                defer { group.cancelAll() }
                group.addTask { try await server.run() }
                #expect(try await events.up("acquisition").contains("NOTE"))

                // Five at once: the real control room would pass on none.
                for number in 1...5 {
                    try await server.callModule("mod-py", "ECHO", ["n": JSONValue(number), "t": "a|b;é 1"])
                }
                for number in 1...5 {
                    let expected: JSONValue = ["n": JSONValue(number), "t": "a|b;é 1"]
                    #expect(try await events.printed("mod-py")["arguments"] == expected)
                }
                let module = room.configuration.modules[1]
                let callbacks = "acquisition|NOTE|{'x': 'é', 'y': None}acquisition|NOTE|{\"n\": 11}"
                try room.send(ModuleMessage(to: module, "CALL", keywords: ["text": .string(callbacks)]))
                var iterator = calls.makeAsyncIterator()
                #expect(await iterator.next() == ["x": "é", "y": .null])
                #expect(await iterator.next() == ["n": 11])
            }
            _ = try await events.down("acquisition")
        }
    }

    @Test func `Commands from the configuration are not asked for`() async throws {
        let server = ModuleServer(
            name: "acquisition",
            settings: ModuleServerSettings(listen: ListenAddress(port: 0)),
            logger: .silent
        )
        let (calls, continuation) = AsyncStream.makeStream(of: String.self)
        try server.on("RUN") { _ in continuation.yield("RUN") }
        try server.on("HALT") { _ in continuation.yield("HALT") }
        let (addresses, listening) = AsyncStream.makeStream(of: ListenAddress.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await server.run { listening.yield($0) } }
            let port = try #require(await addresses.first { _ in true }).port
            let text = Self.connectOnly("far", port: port, more: #"pcomms = { RUN = "", HALT = "" }"#)
            try await RoomBench.run(text) { room, events in
                #expect(try await events.up("far") == ["RUN", "HALT"])
                try room.send(ModuleMessage(module: "far", command: "RUN"))
                try room.send(ModuleMessage(module: "far", command: "HALT"))
                #expect(throws: GatewayError.self) {
                    try room.send(ModuleMessage(module: "far", command: "GET_PCOMMS"))
                }
                #expect(throws: GatewayError.self) { try room.restart("far") }
                var iterator = calls.makeAsyncIterator()
                #expect(await iterator.next() == "RUN")
                #expect(await iterator.next() == "HALT")
            }
        }
    }

    @Test func `A program that cannot be started, and one that ends at once, hold nobody up`() async throws {
        let ports = try RoomBench.freePorts(2)
        let text = """
            [modules.broken]
            kind = "exe"
            path = "Tests/Peers/requirements-tools.txt"
            ip = "127.0.0.1"
            port = \(ports[0])
            [modules.short]
            kind = "exe"
            path = "/bin/sh"
            args = ["-c", "echo on its way; echo trouble >&2; exit 7"]
            ip = "127.0.0.1"
            port = \(ports[1])
            """
        try await RoomBench.run(text) { room, events in
            #expect(try await events.exited("broken").contains("could not be started"))
            try await events.wait(for: .moduleOutput(module: "short", line: "on its way"))
            try await events.wait(for: .moduleOutput(module: "short", line: "trouble"))
            #expect(try await events.exited("short") == "it ended with status 7")
            #expect(room.status.map(\.isConnected) == [false, false])
            #expect(throws: GatewayError.self) { try room.stopAll() }
        }
    }

    @Test func `A module that never listens is given up for the next one, and stops at once`() async throws {
        let ports = try RoomBench.freePorts(2)
        let text = """
            [control_room]
            stop_time = 30
            [modules.deaf]
            kind = "exe"
            path = "/bin/sleep"
            args = [600]
            ip = "127.0.0.1"
            port = \(ports[0])
            retry_after_s = 0.02
            max_connect_retries = 3
            [modules.next]
            kind = "exe"
            path = "/bin/sleep"
            args = [600]
            ip = "127.0.0.1"
            port = \(ports[1])
            retry_after_s = 60
            """
        var processes: [Int] = []
        let clock = ContinuousClock()
        var end = clock.now
        try await RoomBench.run(text) { _, events in
            processes.append(try await events.started("deaf"))
            processes.append(try await events.started("next"))
            end = clock.now
        }
        #expect(clock.now - end < .seconds(20))
        for process in processes { #expect(!RoomBench.isThere(process)) }
    }
}
