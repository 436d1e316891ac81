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
