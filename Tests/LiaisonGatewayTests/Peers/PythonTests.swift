import Foundation
import GatewayCore
import LiaisonGateway
import TestSupport
import Testing

/// The Python package and the library that it uses.
@Suite(.timeLimit(.minutes(1)))
struct PythonTests {
    private func client(_ arguments: String...) throws -> ToolProcess {
        try ToolProcess(".venvs/liaison/bin/python", ["Tests/Peers/liaison_client.py"] + arguments)
    }

    /// The replies to the recorded requests, as the library's client receives them.
    @Test(arguments: [false, true])
    func theLibrarysClientIsAnswered(_ isBinary: Bool) async throws {
        let vectors = try VectorTests.vectors().filter {
            VectorTests.leftOut[$0.name] == nil && $0.json["replied"] == true
        }
        let requests = vectors.map { String(decoding: $0.request, as: UTF8.self) }
        let companion = try await VectorTests.companion()
        let expected = try await requests.asyncMap { text in
            await companion.answer(try LiaisonRequest(Array(text.utf8))).text
        }
        let served = try await VectorTests.companion()
        try await Bench.run(served) { bench in
            let client = try client("ws://\(bench.address)", isBinary ? "--binary" : "--origin=http://localhost")
            for request in requests { try client.write(request) }
            for text in expected {
                let line = try JSONReader.read(await client.line())
                #expect(line["text"]?.string == text)
            }
            try client.closeInput()
            #expect(try JSONReader.read(await client.line()) == ["closed": 1000])
            let status = await client.status()
            #expect(status == 0, "\(client.errorsSoFar)")
        }
    }

    @Test func theLibrarysClientIsRefused() async throws {
        try await Bench.run { bench in
            let client = try client("ws://\(bench.address)", "--origin=https://evil.example")
            #expect(try JSONReader.read(await client.line()) == ["refused": 403])
        }
    }

    /// A server that ends closes with 1001, as the library's client sees it; a message that is too large, with 1009.
    @Test func theLibrarysClientIsToldWhyItEnds() async throws {
        let process = try await Bench.run { bench in
            let large = try client("ws://\(bench.address)")
            try large.write(String(repeating: "x", count: (1 << 20) + 1))
            #expect(try JSONReader.read(await large.line()) == ["closed": 1009])
            let client = try client("ws://\(bench.address)")
            try client.write(#"{"command": {"command": "ping"}}"#)
            _ = try await client.line()
            return client
        }
        #expect(try JSONReader.read(await process.line()) == ["closed": 1001])
    }

    // MARK: - The package as server

    /// The real backend, and a client of ours.
    private func backend(_ body: @Sendable (LiaisonClient, ListenAddress, ToolProcess) async throws -> Void)
        async throws
    {
        // The package must be told a port.
        let free = try await Bench.lastingAddress()
        let address = "localhost:\(free.port)"
        let process = try ToolProcess(".venvs/liaison/bin/python", ["-m", "liaison.websocket", address])
        try await LiaisonClient(free, options: .patient, logger: .quiet).whileConnected {
            try await body($0, free, process)
        }
        #expect(process.outputSoFar.hasPrefix("LIAISON:CONNECTED@\(address)"))
        process.send(signal: SIGKILL)
        _ = await process.status()
    }

    @Test func theRealBackendAnswersOurClient() async throws {
        try await backend { client, _, _ in
            func ask(_ name: LiaisonCommand.Name, _ arguments: JSONValue...) async throws -> JSONValue {
                try await client.request(LiaisonCommand(name, arguments))
            }
            let answers = [
                try await ask(.ping), try await ask(.store, "a", ["x": [1, nil, "ä"]]), try await ask(.get, "a"),
                try await ask(.run, "math:sqrt", 16), try await ask(.exists, "nothing"),
                try await ask(.`init`, "d", "datetime:date", 2025, 1, 2), try await ask(.get, "d"),
                try await ask(.run, "builtins:float", "inf"),
            ]
            let expected: [JSONValue] = [
                "pong", "a", ["x": [1, nil, "ä"]], 4.0, false, "d", "2025-01-02", .number(.infinity),
            ]
            #expect(answers == expected)
            let error = await #expect(throws: LiaisonError.self) { try await ask(.get, "nope_mod") }
            #expect(error == LiaisonError("ModuleNotFoundError", "No module named 'nope_mod'"))
            let attempt = try await ask(.try, "nope:x")
            #expect(attempt["success"] == false)
        }
    }

    /// The real backend lets all go when one has gone (L21); our client finds it again.
    @Test func ourClientComesBackToTheRealBackend() async throws {
        try await backend { client, address, process in
            let first = try await client.request(LiaisonCommand(.ping))
            #expect(first == "pong")
            try await LiaisonClient(address, options: .patient, logger: .quiet).whileConnected { other in
                try await other.expectPong()
            }
            var pongs = 0
            while pongs < 4 {
                do {
                    if try await client.request(LiaisonCommand(.ping)) == "pong" { pongs += 1 }
                } catch let error as GatewayError where error.code == .closed {
                    // It went just before the backend let this client go.
                }
            }
            #expect(process.outputSoFar.contains("ConnectionClosed"))
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ body: (Element) async throws -> Value) async throws -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await body(element)) }
        return values
    }
}
