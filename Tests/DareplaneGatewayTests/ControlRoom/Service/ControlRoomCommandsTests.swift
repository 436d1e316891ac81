import AcquisitionModel
import AcquisitionRPC
import DareplaneGateway
import GatewayCore
import Testing

extension ControlRoomTests {
    /// A control room as an RPC service, with a real module.
    @Suite struct ControlRoomCommandsTests {
        private static let macros = """
            [macros.quick]
            name = "ECHO TWICE"
            [macros.quick.default_json]
            stream_name = "x"
            path = "/data/$<stream_name>"
            [macros.quick.cmds]
            second = ["mod-a", "ECHO", "dir=path"]
            first = ["mod-a", "ECHO", "stream_name=stream_name"]
            [macros.slow]
            delay_s = 0.2
            [macros.slow.cmds]
            one = ["mod-a", "ECHO"]

            """

        /// A control room with one module that is up, and a client of its service.
        private static func run(_ body: (ControlRoom, RoomEvents, RpcClient) async throws -> Void) async throws {
            let transport = InProcessTransport()
            let options = RpcOptions(heartbeatInterval: .milliseconds(100))
            let service = TransportRpcService(options: options, transport: transport, logger: .silent)
            try service.start()
            let client = try RpcClient(transport: transport.connect())
            let port = try RoomBench.freePorts(1)[0]
            try await RoomBench.run(macros + RoomBench.module("mod-a", port: port), service: service) { room, events in
                try await events.up("mod-a")
                try await body(room, events, client)
            }
            let reply = try await client.request(.getStatus)
            #expect(reply.result == .unavailable, "Nobody answers when the control room is gone")
            await service.stop()
        }

        @Test func `Commands of modules and macros`() async throws {
            try await Self.run { _, events, client in
                func give(_ name: JSONValue, _ data: JSONValue = .null) async throws -> ApiCommandReply {
                    try await client.perform(.userDefined, customCommand: name, data: data)
                }
                // An object goes to the module in snake_case, text as it is.
                let reply = try await give("mod-a.ECHO", ["stream_name": "x", "n": 1])
                #expect(reply.result == .success)
                #expect(try await events.printed("mod-a")["arguments"] == ["stream_name": "x", "n": 1])
                #expect(try await give("mod-a.ECHO", #"{"FirstPhase_mS": 1}"#).result == .success)
                #expect(try await events.printed("mod-a")["arguments"] == ["FirstPhase_mS": 1])

                let macro = try await give("macro:quick", ["stream_name": "é;"])
                #expect(macro.data["sent"]?[1]?["payload"] == #"{"stream_name": "\u00e9\u003b"}"#)
                #expect(try await events.printed("mod-a")["arguments"] == ["dir": "/data/é;"])
                #expect(try await events.printed("mod-a")["arguments"] == ["stream_name": "é;"])
                #expect(try await give("macro:ECHO TWICE").result == .success)

                let wrong: [(JSONValue, JSONValue, String)] = [
                    ("mod-b.ECHO", .null, "did you mean mod-a?"), ("mod-a.ECO", .null, "did you mean ECHO?"),
                    ("nothing", .null, "known are mod-a.PCOMM, macro:quick"), ("mod-a.", .null, "is no command"),
                    ("mod-a.ECHO", [1], "takes an object"),
                    ("mod-a.ECHO", "{oops", "neither JSON nor a Python literal"),
                    ("macro:quik", .null, "did you mean quick?"),
                    ("macro:quick", ["steam": 1], "has no parameter 'steam'"), ("macro:quick", 3, "must be an object"),
                    ("restart:mod-a", .null, "runs already"), (7, .null, "have names"),
                ]
                for (name, data, words) in wrong {
                    let reply = try await give(name, data)
                    #expect(reply.result == .failed)
                    #expect(reply.errorMessage?.contains(words) == true, "\(reply.errorMessage ?? "-")")
                }
            }
        }

        /// A module ends at the first keyword that it does not know.
        @Test func `Keywords arrive at the module as they were given`() async throws {
            try await Self.run { room, events, client in
                let foreign: JSONValue = ["StimChannel": 1, "FirstPhaseDelay_mS": 0, "markers_t_s": 2, "id_2": 3]
                let camel: JSONValue = ["streamName": ["innerKey": 1], "stream_name": 2]
                for keys in KeyRule.allCases {
                    for data in [foreign, camel] {
                        let reply = try await client.perform(
                            .userDefined,
                            customCommand: "mod-a.ECHO",
                            data: data,
                            keys: keys
                        )
                        #expect(reply.result == .success)
                        var expected = data
                        if keys == .camelCase, data == camel {
                            expected = ["streamName": ["inner_key": 1], "stream_name": 2]
                        }
                        let printed = try await events.printed("mod-a")["arguments"]
                        #expect(printed?.description == expected.description, "\(keys)")
                    }
                }
                // A client that is not this package's says nothing about keys, and has not changed them.
                let service = TransportRpcService(
                    options: RpcOptions(),
                    transport: InProcessTransport(),
                    logger: .silent
                )
                let request = try ApiCommandRequest(
                    bytes: Array(#"{"command": 99999, "customCommand": "mod-a.ECHO", "data": {"stimChannel": 1}}"#.utf8)
                )
                _ = try await ControlRoomCommands(room, service: service).answer(request)
                #expect(try await events.printed("mod-a")["arguments"]?.description == #"{"stimChannel":1}"#)
            }
        }

        /// One module that is away keeps no command from the others, unless the macro says so.
        @Test func `A macro goes on where a module is away`() async throws {
            let transport = InProcessTransport()
            let service = TransportRpcService(options: RpcOptions(), transport: transport, logger: .silent)
            try service.start()
            let client = try RpcClient(transport: transport.connect())
            let ports = try RoomBench.freePorts(2)
            let macros = """
                [macros.rest.cmds]
                one = ["gone", "START"]
                two = ["mod-a", "ECHO"]
                three = ["unknown", "START"]
                four = ["mod-a", "NOTHING"]
                five = ["mod-a", "ECHO"]
                [macros.whole]
                all_or_nothing = true
                [macros.whole.cmds]
                one = ["mod-a", "ECHO"]
                two = ["gone", "START"]
                [macros.nobody.cmds]
                one = ["gone", "START"]

                """
            let gone = """
                [modules.gone]
                kind = "conn_only"
                ip = "127.0.0.1"
                port = \(ports[1])
                retry_after_s = 0.05
                max_connect_retries = 1

                """
            try await RoomBench.run(macros + RoomBench.module("mod-a", port: ports[0]) + gone, service: service) {
                room,
                events in
                try await events.up("mod-a")
                let whole = try await client.perform(.userDefined, customCommand: "macro:whole")
                #expect(whole.result == .unavailable && whole.errorMessage?.contains("'gone' is not connected") == true)
                let reply = try await client.perform(.userDefined, customCommand: "macro:rest", data: ["n": 1])
                #expect(reply.result == .failed && reply.errorMessage?.contains("has no parameter 'n'") == true)
                let rest = try await client.perform(.userDefined, customCommand: "macro:rest")
                #expect(rest.result == .failed)
                let words = ["2 of 5 commands were sent", "gone START", "unknown START", "mod-a NOTHING"]
                for word in words { #expect(rest.errorMessage?.contains(word) == true, "\(rest.errorMessage ?? "-")") }
                #expect(rest.data["sent"]?.array?.count == 2)
                #expect(rest.data["missed"]?.array?.map { $0["module"] } == ["gone", "unknown", "mod-a"])
                // The whole one sent nothing: there are two calls and no more.
                for _ in 0..<2 { #expect(try await events.printed("mod-a")["command"] == "ECHO") }
                let nobody = try await client.perform(.userDefined, customCommand: "macro:nobody")
                #expect(nobody.result == .unavailable)
                try room.send(ModuleMessage(module: "mod-a", command: "RUN"))
                #expect(try await events.printed("mod-a")["command"] == "RUN")
            }
            client.close()
            await service.stop()
        }

        @Test func `A macro that takes longer is answered when it is done`() async throws {
            try await Self.run { _, events, client in
                let clock = ContinuousClock()
                let start = clock.now
                let accepted = try await client.request(.userDefined, customCommand: "macro:slow")
                #expect(accepted.result == .pendingWithNotification)
                let done = try await client.perform(.userDefined, customCommand: "macro:slow")
                #expect(done.result == .success)
                #expect(clock.now - start >= .milliseconds(200))
                _ = try await events.printed("mod-a")
                _ = try await events.printed("mod-a")
            }
        }

        @Test func `Status, configuration, and the stop of everything`() async throws {
            try await Self.run { room, events, client in
                let status = try await client.perform(.getStatus).data["modules"]?[0]
                #expect(status?["name"] == "mod-a")
                #expect(status?["process"] == "running")
                #expect(status?["isUp"] == true)
                #expect(status?["commands"]?.array?.contains("SPAWN") == true)
                if case .running(let number) = room.status[0].process { #expect(status?["processId"]?.int == number) }

                let configuration = try await client.perform(.getConfiguration).data
                #expect(configuration["modules"]?[0]?["name"] == "mod-a")
                #expect(configuration["macros"]?[0]?["commands"]?[0]?["keywords"]?[0] == "dir=path")
                #expect(configuration["macros"]?[0]?["parameters"]?[0] == ["name": "stream_name", "value": "x"])

                _ = try await client.perform(.userDefined, customCommand: "mod-a.RUN")
                #expect(try await events.printed("mod-a")["command"] == "RUN")
                #expect(try await client.perform(.emergencyStop).result == .success)
                #expect(try await events.printed("mod-a")["command"] == "RUN-stopped")
                #expect(try await client.perform(.setTrainingMode).result == .unrecognized)
            }
        }

        @Test func `What happens is published`() async throws {
            try await Self.run { _, events, client in
                let kinds: Set = [ApiEventKind.ControlRoom.moduleOutput, ApiEventKind.ControlRoom.callbackRejected]
                let messages = client.messages(topics: [.event], kinds: kinds)
                let reply = try await client.perform(
                    .userDefined,
                    customCommand: "mod-a.CALL",
                    data: ["text": "nobody|GO|{}"]
                )
                #expect(reply.result == .success)
                for await message in messages {
                    guard case .event(let event) = message.content, event.kind.rawValue == 91_008 else { continue }
                    #expect(event.context["from"] == "mod-a")
                    #expect(event.context["callback"] == "nobody|GO|{}")
                    #expect(event.context["reason"]?.string?.contains("no module 'nobody'") == true)
                    break
                }
                _ = try await events.rejected(from: "mod-a")
            }
        }
    }
}
