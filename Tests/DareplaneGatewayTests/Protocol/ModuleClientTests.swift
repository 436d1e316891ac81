import AcquisitionRPC
import DareplaneGateway
import Logging
import TestSupport
import Testing

/// Our control room's side against real modules.
@Suite(.timeLimit(.minutes(1)))
struct ModuleClientTests {
    private func client(_ module: PythonModule) -> ModuleClient {
        ModuleClient(module.address, settings: ModuleClientSettings(largestCommand: 2048), logger: .silent)
    }

    @Test(arguments: DareplaneRelease.allCases)
    func commandsAreListedAndCarriedOut(_ release: DareplaneRelease) async throws {
        let module = try await PythonModule(release)
        try await client(module).withConnection { connection in
            let builtIn = release == .current ? ["STOP", "CLOSE", "GET_PCOMMS", "UP"] : ["STOP", "CLOSE"]
            #expect(
                try await connection.commands(within: .seconds(20)) == ["START", "ECHO", "ONE", "BOOM", "RUN", "PROC"]
                    + builtIn
            )
            #expect(try await connection.isUp(within: .seconds(20)))
            try await connection.send(PCOMM("START"))
            #expect(try await module.call() == ["command": "START", "arguments": [:]])
            let arguments: JSONObject = ["text": "é|;\"'\\ 😀", "list": [1, -2.5, true, nil], "nested": ["a": [:]]]
            try await connection.send(PCOMM("ECHO", arguments))
            #expect(try await module.call()["arguments"] == .object(arguments))
            try await connection.send(PCOMM("RUN"))
            #expect(try await module.call()["command"] == "RUN")
            try await connection.send(PCOMM("STOP"))
            #expect(try await module.call()["command"] == "RUN-stopped")
            #expect(try await connection.isUp(within: .seconds(20)))
        }
        await module.end()
    }

    @Test(arguments: DareplaneRelease.allCases)
    func manyQuestionsAtOnce(_ release: DareplaneRelease) async throws {
        let module = try await PythonModule(release)
        try await client(module).withConnection { connection in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<40 {
                    group.addTask {
                        if index % 2 == 0 { return try await connection.isUp(within: .seconds(20)) }
                        return try await connection.commands(within: .seconds(20)).contains("ECHO")
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
        }
        await module.end()
    }

    @Test func callbacksComeApart() async throws {
        let module = try await PythonModule(.current, ["--callbacks"])
        try await client(module).withConnection { connection in
            #expect(try await connection.isUp(within: .seconds(20)))
            for number in 0..<20 {
                try module.process.write("mod-b|GO|{'n': \(number), 's': 'é }'}")
                if number % 5 == 0 { #expect(try await connection.isUp(within: .seconds(20))) }
            }
            var numbers: [JSONValue] = []
            for await message in connection.messages {
                guard case .callback(let callback) = message else { break }
                #expect(callback.module == "mod-b")
                numbers.append(try callback.command().payload?["n"] ?? nil)
                if numbers.count == 20 { break }
            }
            #expect(numbers == (0..<20).map { JSONValue($0) })
        }
        await module.end()
    }

    @Test func whatAModuleCannotDecodeItSays() async throws {
        let module = try await PythonModule()
        try await client(module).withConnection { connection in
            await #expect { try await connection.send(text: "ECHO|é") } throws: { "\($0)".contains("not ASCII") }
            try await connection.send(text: "ECHO|{\"a\": \"x\"};")
            #expect(try await module.call()["arguments"] == ["a": "x"])
        }
        await module.end()
    }

    @Test func whatIsTooLargeForAnOldModuleIsRefused() async throws {
        let module = try await PythonModule(.old)
        try await client(module).withConnection { connection in
            // With its ';' exactly as much as is read at once.
            let most = String(repeating: "x", count: 2047 - "ECHO|{\"a\": \"\"}".utf8.count)
            try await connection.send(PCOMM("ECHO", ["a": .string(most)]))
            #expect(try await module.call()["arguments"] == ["a": .string(most)])
            await #expect {
                try await connection.send(PCOMM("ECHO", ["a": .string(most + "x")]))
            } throws: {
                ($0 as? GatewayError)?.code == .badMessage
            }
        }
        await module.end()
    }

    @Test func theEndOfAModuleIsNoticed() async throws {
        let module = try await PythonModule()
        try await client(module).withConnection { (connection) async throws -> Void in
            #expect(try await connection.isUp(within: .seconds(20)))
            await module.end()
            for await message in connection.messages { Issue.record("unexpected \(message)") }
            #expect(!connection.isOpen)
            #expect(try await !connection.isUp(within: .seconds(20)))
            await #expect { try await connection.commands() } throws: { ($0 as? GatewayError)?.code == .notConnected }
            await #expect {
                try await connection.send(PCOMM("START"))
            } throws: {
                ($0 as? GatewayError)?.code == .notConnected
            }
        }
    }

    @Test func aModuleThatIsNotThereIsTriedAgain() async throws {
        // A port that was just given back.
        let module = try await PythonModule()
        await module.end()
        let settings = ModuleClientSettings(tries: 3, retryAfter: .milliseconds(10))
        await #expect {
            try await ModuleClient(module.address, settings: settings, logger: .silent).withConnection { _ in }
        } throws: {
            ($0 as? GatewayError)?.code == .cannotConnect && "\($0)".contains("refused")
        }
    }
}
