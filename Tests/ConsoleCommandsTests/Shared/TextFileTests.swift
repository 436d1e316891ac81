import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import ConsoleCommands

/// What an editor puts at the beginning of a text file is left out by everything that reads one.
struct TextFileTests {
    private static let mark = "\u{FEFF}"
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write(_ name: String, _ text: String) throws -> String { try folder.write(name, Self.mark + text) }

    @Test func theConfiguration() throws {
        let path = try write("c.json", #"{"host": "rig-1"}"#)
        let settings = try ConsoleSettings(ConnectionOptions.parse(["--config", path]), environment: [:])
        #expect(settings.host.value == "rig-1")
    }

    @Test func keys() async throws {
        let keys = folder.path + "/keys"
        let home = ["--keys", keys]
        #expect(try await Tool.console(["keys", "generate", "service"] + home).status == 0)
        for name in ["service.key", "service.key_secret"] {
            let path = "\(keys)/\(name)"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let handle = try #require(FileHandle(forWritingAtPath: path))
            try handle.write(contentsOf: Data((Self.mark + text).utf8))
            try handle.close()
        }
        let shown = try await Tool.console(["keys", "list"] + home)
        #expect(shown.status == 0)
        #expect(!shown.out.contains("to make them"), "\(shown.out)")
        #expect(try Certificate(secretFile: "\(keys)/service.key_secret").secretKey != nil)
    }

    @Test func dataOfACommand() async throws {
        let (service, connection) = try SwiftService.start()
        let path = try write("data of the day.json", #"{"a": "größe"}"#)
        let send = connection + ["send", "userDefined", "--json", "--data"]
        let fromFile = try await Tool.console(send + ["@\(path)"])
        #expect(try fromFile.json()[0]["data"]?["data"] == ["a": "größe"], "\(fromFile.err)")
        let fromInput = try await Tool.console(send + ["-"], input: Self.mark + "{\"a\":\n[1, 2]}\n")
        #expect(try fromInput.json()[0]["data"]?["data"] == ["a": [1, 2]], "\(fromInput.err)")
        let inAScript = try await Tool.console(connection, input: "send userDefined --data -\n{}\n")
        #expect(inAScript.status == 64)
        #expect(inAScript.err.contains("the lines of the prompt"))
        for (text, reason) in [("{", "is no JSON"), ("", "is no JSON")] {
            let run = try await Tool.console(send + ["@\(try folder.write("wrong.json", text))"])
            #expect(run.status == 64)
            #expect(run.err.contains(reason), "\(run.err)")
        }
        await service.stop()
    }

    @Test func whatIsNoUTF8IsRefusedByName() throws {
        let wide = folder.path + "/wide.json"
        try Data([0xFF, 0xFE, 0x7B, 0, 0x7D, 0]).write(to: URL(filePath: wide))
        #expect(throws: TextFile.Problem(description: "it is UTF-16; save it as UTF-8")) { try TextFile.read(wide) }
        let latin = folder.path + "/latin.json"
        try Data([0x22, 0xF6, 0x22]).write(to: URL(filePath: latin))
        #expect(throws: TextFile.Problem(description: "it is not UTF-8")) { try TextFile.read(latin) }
        #expect(throws: TextFile.Problem.self) { try TextFile.read(folder.path) }
        #expect(throws: TextFile.Problem.self) { try TextFile.read("/nonexistent") }
        #expect(throws: TextFile.Problem.self) { try TextFile.read("/dev/zero") }
    }

    @Test func theListOfRigs() async throws {
        let path = try write(
            "rigs.toml",
            "timeout = \"100ms\"\n[[rigs]]\nname = \"one\"\nuri = \"udp://127.0.0.1:9\"\n"
        )
        let run = try await Tool.console(["rigs", "status", "--rigs", path, "--json"])
        #expect(try run.json()[0]["failures"]?[0]?["rig"] == "one", "\(run.err)")
    }

    @Test func anAuditFile() async throws {
        let path = folder.path + "/audit.jsonl"
        let ports = ["--subscriber-port", "0", "--command-port", "0", "--audit", path]
        for _ in 0..<2 {
            let run = try await Tool.run(Tool.product("client-app"), ports, input: "quit\n")
            #expect(run.status == 0, "\(run.err)")
            let text = try String(contentsOfFile: path, encoding: .utf8)
            // The second start goes on in a file with the mark.
            if !text.hasPrefix(Self.mark) { try Data((Self.mark + text).utf8).write(to: URL(filePath: path)) }
        }
        let verified = try await Tool.console(["audit", "verify", path])
        #expect(verified.status == 0, "\(verified.err)")
        let shown = try await Tool.console(["audit", "show", path])
        #expect(shown.status == 0 && !shown.out.contains("no entry"), "\(shown.out)")
    }

    @Test func linesOfAScript() async throws {
        let path = try write("session.txt", "quit\n")
        let ports = ["--subscriber-port", "0", "--command-port", "0", "--script", path]
        #expect(try await Tool.run(Tool.product("client-app"), ports).status == 0)
    }
}
