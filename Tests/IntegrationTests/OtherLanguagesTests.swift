import Foundation
import TestSupport
import Testing

/// The subscribers and commanders of Scripts/subscribers against `client-app`, and the console script of release 0.9.7,
/// unchanged.
@Suite(.timeLimit(.minutes(2)), .serialized)
struct OtherLanguagesTests {
    private struct Trainer {
        let process: ToolProcess
        let subscriberPort: String
        let commandPort: String

        init(_ arguments: String..., commandPort: String = "0") async throws {
            process = try ToolProcess.tool(
                "client-app",
                ["--json", "--subscriber-port", "0", "--command-port", commandPort, "--heartbeat-interval", "0.1"]
                    + arguments
            )
            let line = try await process.line()
            let ready = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            subscriberPort = try Self.port(ready["subscriber"])
            self.commandPort = try Self.port(ready["command"])
        }

        private static func port(_ endpoint: Any?) throws -> String {
            String(try #require((endpoint as? String)?.split(separator: ":").last))
        }

        func stop() async {
            process.send(signal: SIGTERM)
            #expect(await process.status() == 143)
        }
    }

    private static let python = ".venvs/tools/bin/python"

    /// The commands that run a program of Scripts/subscribers; C is compiled first.
    private func program(_ name: String) async throws -> (executable: String, arguments: [String]) {
        let source = "Scripts/subscribers/\(name)"
        guard name.hasSuffix(".c") else { return (Self.python, [source]) }
        let binary = FileManager.default.temporaryDirectory.appending(path: "\(name)-\(UUID().uuidString)").path
        let compiler = try ToolProcess("/usr/bin/env", ["cc", "-Wall", "-Werror", "-o", binary, source, "-lzmq"])
        #expect(await compiler.status() == 0, "\(compiler.errorsSoFar)")
        return (binary, [])
    }

    @Test(arguments: ["subscriber.py", "subscriber.c"], ["current", "legacy"])
    func subscribersHear(_ name: String, _ dialect: String) async throws {
        let trainer = try await Trainer("--dialect", dialect, "--identifier", "rig_7")
        let program = try await program(name)
        let subscriber = try ToolProcess(
            program.executable,
            program.arguments + ["127.0.0.1", trainer.subscriberPort, "3"]
        )
        let heartbeat = try await subscriber.line { $0.contains("HEARTBEAT") }
        #expect(heartbeat.contains("rig_7"))
        #expect(await subscriber.status() == 0, "\(subscriber.errorsSoFar)")
        await trainer.stop()
    }

    @Test(arguments: ["commander.py", "commander.c"])
    func commandersAreAnswered(_ name: String) async throws {
        let trainer = try await Trainer()
        let program = try await program(name)
        let commander = try ToolProcess(program.executable, program.arguments + ["127.0.0.1", trainer.commandPort])
        #expect(await commander.status() == 0, "\(commander.errorsSoFar)")
        #expect(commander.outputSoFar.contains("applicationMode"))
        await trainer.stop()
    }

    /// What is no text, or would command a terminal, is shown as bytes; and nobody ends because of it.
    @Test(arguments: ["py", "c"])
    func whatIsNoTextIsShownAsBytes(_ language: String) async throws {
        let peer = try ToolProcess(Self.python, ["Tests/Peers/stray_bytes.py"])
        let line = try await peer.line()
        let endpoints = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])
        let port = { (name: String) in
            String(try #require(endpoints[name]?.split(separator: ":").last))
        }
        let subscriber = try await program("subscriber.\(language)")
        let hearing = try ToolProcess(
            subscriber.executable,
            subscriber.arguments + ["127.0.0.1", try port("subscriber"), "11"]
        )
        #expect(await hearing.status() == 0, "\(hearing.errorsSoFar)")
        try expectHarmless(hearing.outputSoFar)
        #expect(hearing.outputSoFar.contains("\"frames\""))

        let commander = try await program("commander.\(language)")
        var replies = ""
        for _ in 0..<9 {
            let asking = try ToolProcess(
                commander.executable,
                commander.arguments + ["127.0.0.1", try port("command")]
            )
            #expect(await asking.status() == 0, "\(asking.errorsSoFar)")
            replies += asking.outputSoFar
        }
        try expectHarmless(replies)
        peer.send(signal: SIGTERM)
        #expect(await peer.status() == 0)
    }

    private func expectHarmless(_ text: String) throws {
        #expect(text.contains("56 bytes: c8 c9 ca cb cc cd ce cf d0 d1 d2 d3 d4 d5 d6 d7 ..."), "\(text)")
        #expect(text.contains("11 bytes: 1b 5b 32 4a 63 6c 65 61 72 65 64"), "\(text)")
        #expect(text.contains("11 bytes: c2 9b 32 4a 63 6c 65 61 72 65 64"), "\(text)")
        #expect(text.contains("10 bytes: e2 80 ae 67 6e 70 2e 65 78 65"), "\(text)")
        #expect(text.contains("9 bytes: 74 77 6f 0a 6c 69 6e 65 73"), "\(text)")
        #expect(text.contains("1 bytes: 07") && text.contains("0 bytes:"), "\(text)")
        #expect(text.contains("größe") || text.contains("gr\\u00f6\\u00dfe"), "\(text)")
        let unsafe = text.unicodeScalars.filter { $0.value < 0x20 && $0 != "\n" || (0x7F..<0xA0).contains($0.value) }
        #expect(unsafe.isEmpty)
    }

    @Test func thePythonOnesTakeKeys() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "keys-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for arguments in [
            ["generate", "service"], ["generate", "ann"], ["authorize", "\(folder)/ann.key", "--role", "operator"],
        ] {
            let keys = try ToolProcess.tool("remote-console", ["keys"] + arguments + ["--keys", folder])
            #expect(await keys.status() == 0, "\(keys.errorsSoFar)")
        }
        let trainer = try await Trainer("--security", "required", "--keys", folder)
        let environment = [
            "ACQUISITION_CURVE_KEY": "\(folder)/ann.key_secret",
            "ACQUISITION_CURVE_SERVER_KEY": "\(folder)/service.key",
        ]
        for (name, port, text) in [
            ("commander.py", [trainer.commandPort], "applicationMode"),
            ("subscriber.py", [trainer.subscriberPort, "1"], "HEARTBEAT"),
        ] {
            let program = try await program(name)
            let run = try ToolProcess(
                program.executable,
                program.arguments + ["127.0.0.1"] + port,
                environment: environment
            )
            #expect(await run.status() == 0, "\(run.errorsSoFar)")
            #expect(run.outputSoFar.contains(text))
        }
        await trainer.stop()
    }

    @Test(arguments: ["current", "legacy"])
    func aClientOfThePythonPackageIsAnswered(_ release: String) async throws {
        let trainer = try await Trainer("--dialect", release)
        let client = try ToolProcess(
            ".venvs/\(release)/bin/python",
            ["Tests/Peers/client.py", "tcp://127.0.0.1:\(trainer.commandPort)"]
        )
        try client.write(#"{"command": 400, "nonce": 7}"#)
        let status = try await client.line()
        #expect(status.contains(#""nonce": 7"#), "\(status)")
        #expect(status.contains(release == "current" ? "applicationMode" : "appStatus"), "\(status)")
        try client.write("this is no JSON")
        #expect(try await client.line().contains(#""result": 0"#))
        try client.write(#"{"command": 300, "nonce": 8}"#)
        #expect(try await client.line().contains("deviceId"))
        try client.closeInput()
        #expect(await client.status() == 0)
        await trainer.stop()
    }

    @Test func theConsoleScriptOfRelease097WorksUnchanged() async throws {
        // The script knows no other port than 5557.
        let trainer = try await Trainer("--dialect", "legacy", commandPort: "5557")
        let console = try ToolProcess(
            ".venvs/legacy/bin/python",
            ["-u", ".venvs/legacy-sdist/scripts/remote_console.py"],
            environment: ["PYTHONUNBUFFERED": "1"]
        )
        for word in ["configuration", "status", "start", "stop", "q"] { try console.write(word) }
        #expect(await console.status() == 0, "\(console.errorsSoFar)")
        let text = console.outputSoFar + console.errorsSoFar
        let replies = text.split(separator: "\n").filter { $0.contains("Received reply") }
        #expect(replies.count == 4, "\(text)")
        #expect(text.contains("deviceId"))
        #expect(text.contains("appStatus"))
        #expect(text.contains("\"command\":100,\"result\":201"), "the start is pending: \(text)")
        #expect(text.contains("\"nonce\":4,\"command\":110"), "the stop is answered: \(text)")
        await trainer.stop()
    }
}
