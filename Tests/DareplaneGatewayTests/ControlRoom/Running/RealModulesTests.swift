import AcquisitionModel
import DareplaneGateway
import GatewayCore
import Testing

extension ControlRoomTests {
    /// Real module servers under our control room.
    @Suite struct RealModulesTests {
        @Test(arguments: DareplaneRelease.allCases)
        func `A module is started, does what it is told, calls another one, and stops`(release: DareplaneRelease)
            async throws
        {
            let ports = try RoomBench.freePorts(2)
            let text =
                "[control_room]\nliveness_interval = \"100ms\"\nanswer_time = 20\n"
                + RoomBench.module("mod-a", release, port: ports[0], more: "kwargs = { speed = 2.5, is_test = true }")
                + RoomBench.module("mod-b", port: ports[1])
            var started: [Int] = []
            try await RoomBench.run(text) { room, events in
                started.append(try await events.started("mod-a"))
                let arguments = try await events.printed("mod-a", with: "arguments")
                let expected: JSONValue = [
                    "speed": "2.5", "is_test": "True", "ip": "127.0.0.1", "port": .string("\(ports[0])"),
                ]
                #expect(arguments["arguments"] == expected)
                #expect(arguments["folder"]?.string?.hasSuffix("Tests/Peers") == true)
                #expect(try await events.up("mod-a").prefix(3) == ["ECHO", "CALL", "LOG"])
                started.append(try await events.started("mod-b"))
                try await events.up("mod-b")

                let (modA, modB) = (room.configuration.modules[0], room.configuration.modules[1])
                let keywords: JSONObject = ["text": "it's; a|b é", "n": 1]
                try room.send(ModuleMessage(to: modA, "ECHO", keywords: keywords))
                #expect(try await events.printed("mod-a")["arguments"] == .object(keywords))

                // Two at once, and a 1 at the edge.
                let callbacks = #"mod-a|ECHO|{"n": 1}mod-a|ECHO|{"t": "é;|", "l": [1, 11]}1"#
                try room.send(ModuleMessage(to: modB, "CALL", keywords: ["text": .string(callbacks)]))
                #expect(try await events.printed("mod-a")["arguments"] == ["n": 1])
                #expect(try await events.printed("mod-a")["arguments"] == ["t": "é;|", "l": [1, 11]])

                try room.send(ModuleMessage(to: modB, "CALL", keywords: ["text": "mod-a|RUN|"]))
                #expect(try await events.printed("mod-a")["command"] == "RUN")
                #expect(room.status.allSatisfy { $0.isConnected && $0.isUp })
                try room.stopAll()
                #expect(try await events.printed("mod-a")["command"] == "RUN-stopped")
            }
            for process in started { #expect(!RoomBench.isThere(process)) }
        }

        @Test func `A callback that goes nowhere says why, and the next one arrives`() async throws {
            let port = try RoomBench.freePorts(1)[0]
            try await RoomBench.run(RoomBench.module("mod-a", port: port)) { room, events in
                try await events.up("mod-a")
                let module = room.configuration.modules[0]
                let wrong = [
                    ("mod-q|ECHO|{}", "There is no module 'mod-q'"), ("mod-a|ECO|{}", "did you mean ECHO?"),
                    ("mod-a|ECHO|é", "is not ASCII"), ("mod-a|ECHO|{'n': oops}", "neither JSON nor a Python literal"),
                ]
                for (text, words) in wrong {
                    try room.send(ModuleMessage(to: module, "CALL", keywords: ["text": .string(text)]))
                    let (callback, reason) = try await events.rejected(from: "mod-a")
                    #expect(callback == text)
                    #expect(reason.contains(words), "\(reason)")
                }
                try room.send(ModuleMessage(to: module, "CALL", keywords: ["text": "mod-a|ECHO|{'n': 1}"]))
                try await events.wait(for: .callbackPassed(from: "mod-a", to: "mod-a", command: "ECHO"))
                #expect(try await events.printed("mod-a")["arguments"] == ["n": 1])
            }
        }

        @Test func `A module that does not answer is down until it does`() async throws {
            let port = try RoomBench.freePorts(1)[0]
            let settings = "[control_room]\nliveness_interval = \"50ms\"\nanswer_time = \"1s\"\n"
            try await RoomBench.run(settings + RoomBench.module("mod-a", port: port)) { room, events in
                let process = try await events.started("mod-a")
                try await events.up("mod-a")
                RoomBench.halt(process)
                let reason = try await events.down("mod-a")
                #expect(reason.contains("did not answer"))
                #expect(!room.status[0].isUp)
                #expect(room.status[0].isConnected)
                RoomBench.goOn(process)
                try await events.up("mod-a")
                #expect(room.status[0].isUp)
            }
        }

        @Test func `A module that ends is noticed, and started again when asked`() async throws {
            let port = try RoomBench.freePorts(1)[0]
            try await RoomBench.run(RoomBench.module("mod-a", port: port)) { room, events in
                let process = try await events.started("mod-a")
                try await events.up("mod-a")
                #expect(throws: GatewayError.self) { try room.restart("mod-a") }
                RoomBench.end(process)
                #expect(try await events.exited("mod-a") == "signal 9 ended it")
                try room.restart("mod-a")
                // Asked twice, it would come back another time.
                #expect(throws: GatewayError.self) { try room.restart("mod-a") }
                #expect(try await events.started("mod-a") != process)
                try await events.up("mod-a")
                try room.send(ModuleMessage(module: "mod-a", command: "DIE"))
                #expect(try await events.exited("mod-a") == "it ended with status 3")
                #expect(throws: GatewayError.self) { try room.send(ModuleMessage(module: "mod-a", command: "ECHO")) }
            }
        }

        @Test func `What a module started ends with it, also what does not want to`() async throws {
            let port = try RoomBench.freePorts(1)[0]
            var processes: [Int] = []
            let settings = "[control_room]\nstop_time = \"300ms\"\nanswer_time = 20\n"
            try await RoomBench.run(settings + RoomBench.module("mod-a", port: port)) { room, events in
                processes.append(try await events.started("mod-a"))
                try await events.up("mod-a")
                for _ in 0..<3 {
                    try room.send(ModuleMessage(module: "mod-a", command: "SPAWN"))
                    let printed = try await events.printed("mod-a", with: "child")
                    processes.append(try #require(printed["child"]?.int))
                }
            }
            #expect(processes.count == 4)
            for process in processes { #expect(!RoomBench.isThere(process)) }
        }

        @Test func `All processes can be ended at once, for a program that has no time`() async throws {
            let port = try RoomBench.freePorts(1)[0]
            let settings = "[control_room]\nstop_time = 30\nanswer_time = 20\n"
            var processes: [Int] = []
            try await RoomBench.run(settings + RoomBench.module("mod-a", port: port)) { room, events in
                processes.append(try await events.started("mod-a"))
                try await events.up("mod-a")
                try room.send(ModuleMessage(module: "mod-a", command: "SPAWN"))
                let printed = try await events.printed("mod-a", with: "child")
                processes.append(try #require(printed["child"]?.int))
                room.endAtOnce()
                #expect(try await events.exited("mod-a") == "signal 9 ended it")
            }
            for process in processes { #expect(!RoomBench.isThere(process)) }
        }

        @Test(arguments: DareplaneRelease.allCases)
        func `What a module logs is heard`(release: DareplaneRelease) async throws {
            let ports = try RoomBench.freePorts(2)
            let settings = "[control_room]\nanswer_time = 20\nlog_listen = \"127.0.0.1:\(ports[1])\"\n"
            let module = RoomBench.module("mod-a", release, port: ports[0], more: "kwargs = { log_port = \(ports[1]) }")
            try await RoomBench.run(settings + module) { room, events in
                try await events.up("mod-a")
                let module = room.configuration.modules[0]
                try room.send(ModuleMessage(to: module, "LOG", keywords: ["text": "é"]))
                let text = "é has 1.00 of 3"
                try await events.wait(
                    for: .moduleLog(module: "mod-a", logger: "mod.log", level: "WARNING", message: text)
                )
            }
        }

        /// It prints what it logs, in colours, and sends it too.
        @Test func `What a module prints and logs appears once, without colours`() async throws {
            let ports = try RoomBench.freePorts(2)
            let settings = "[control_room]\nanswer_time = 20\nlog_listen = \"127.0.0.1:\(ports[1])\"\n"
            let module = RoomBench.module("mod-a", port: ports[0], more: "kwargs = { log_port = \(ports[1]) }")
            try await RoomBench.run(settings + module) { room, events in
                try await events.up("mod-a")
                let module = room.configuration.modules[0]
                for text in ["one", "two"] {
                    let keywords: JSONObject = ["text": .string(text), "is_printed": true]
                    try room.send(ModuleMessage(to: module, "LOG", keywords: keywords))
                }
                // Behind it in both ways.
                try room.send(ModuleMessage(to: module, "ECHO", keywords: ["n": 1]))
                var said: [String] = []
                while !said.contains(where: { $0.contains("ECHO") }) || said.count(where: { $0.hasPrefix("log") }) < 2 {
                    said.append(
                        try await events.next { event in
                            switch event {
                            case .moduleOutput("mod-a", let line): line
                            case .moduleLog("mod-a", "mod.log", "WARNING", let message): "log " + message
                            default: nil
                            }
                        }
                    )
                }
                #expect(said.filter { $0.contains("one has") } == ["log one has 1.00 of 3"])
                #expect(said.filter { $0.contains("two has") } == ["log two has 1.00 of 3"])
                #expect(said.allSatisfy { !$0.utf8.contains(0x1B) })
            }
        }

        @Test(arguments: [DareplaneRelease.old, .before24])
        func `A callback server of before gets commands without a semicolon`(release: DareplaneRelease) async throws {
            let port = try RoomBench.freePorts(1)[0]
            let more = "semicolon = false\nkwargs = { callbacks = 1 }"
            let settings = "[control_room]\nliveness_interval = \"100ms\"\nanswer_time = 20\n"
            let module = RoomBench.module("mod-a", release, port: port, more: more)
            try await RoomBench.run(settings + module) { room, events in
                try await events.up("mod-a")
                let module = room.configuration.modules[0]
                for number in 1...3 {
                    try room.send(ModuleMessage(to: module, "ECHO", keywords: ["n": JSONValue(number)]))
                }
                for number in 1...3 {
                    #expect(try await events.printed("mod-a")["arguments"] == ["n": JSONValue(number)])
                }
                let callbacks = "mod-a|ECHO|{'t': 'é'}mod-a|RUN|"
                try room.send(ModuleMessage(to: module, "CALL", keywords: ["text": .string(callbacks)]))
                #expect(try await events.printed("mod-a")["arguments"] == ["t": "é"])
                #expect(try await events.printed("mod-a")["command"] == "RUN")
                try room.stopAll()
                #expect(try await events.printed("mod-a")["command"] == "RUN-stopped")
                #expect(room.status[0].isUp)
            }
        }
    }
}
