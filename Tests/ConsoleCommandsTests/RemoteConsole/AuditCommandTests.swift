import AcquisitionModel
import Foundation
import Testing

@testable import ConsoleCommands

/// `remote-console audit` on a file that `client-app` wrote.
@Suite(.timeLimit(.minutes(1)))
struct AuditCommandTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    private var file: String { folder.appending(path: "audit.jsonl").path }

    /// A file with a start, three commands and a stop; its lines.
    private func write() async throws -> [String] {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let ports = ["--subscriber-port", "0", "--command-port", "0"]
        let program = try Program("client-app", ports + ["--json", "--audit", file])
        let ready = try JSONReader.read(try await program.output.next(with: "\"ready\""))
        let port = try #require(ready["command"]?.string?.split(separator: ":").last.map(String.init))
        for command in ["ping", "status"] {
            #expect(try await Tool.console([command, "--command-port", port]).status == 0)
        }
        try program.type("quit")
        #expect(await program.status() == 0)
        return try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    @Test func aWholeFileEndsWithZeroAndABrokenOneNamesTheLine() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let lines = try await write()
        let whole = try await Tool.console(["audit", "verify", file])
        #expect(whole.status == 0 && whole.out.contains("whole, \(lines.count) entries"), "\(whole)")
        let last = try JSONReader.read(lines[lines.count - 1])
        let hash = try #require(last["hash"]?.string)
        #expect(whole.out.contains(hash))
        #expect(try await Tool.console(["audit", "verify", file, "--contains", hash]).status == 0)
        let other = String(repeating: "0", count: 64)
        let missing = try await Tool.console(["audit", "verify", file, "--contains", other])
        #expect(missing.status == 1 && missing.err.contains("the hash is not in it"))

        try (lines[0] + "\n" + lines[2...].joined(separator: "\n") + "\n").write(
            toFile: file,
            atomically: true,
            encoding: .utf8
        )
        let broken = try await Tool.console(["--json", "audit", "verify", file])
        #expect(broken.status == 1 && broken.err.contains("line 2: This is entry 3"), "\(broken)")
        let report = try #require(try broken.json().first)
        #expect(report["whole"] == false && report["line"] == 2 && report["entries"] == 1)
    }

    @Test func showTellsWhatHappened() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let lines = try await write()
        let shown = try await Tool.console(["audit", "show", file])
        #expect(shown.status == 0)
        let rows = shown.out.split(separator: "\n")
        #expect(rows.count == lines.count + 1)
        #expect(rows[0].hasPrefix("seq") && rows[1].contains("start") && rows.last?.contains("stop") == true)
        #expect(rows.contains { $0.contains("getStatus") && $0.contains("success in ") })
        let json = try await Tool.console(["audit", "show", file, "--json"])
        #expect(json.out.split(separator: "\n").map(String.init) == lines)
    }

    @Test func whatCannotBeReadIsSaidInOneSentence() async throws {
        let missing = try await Tool.console(["audit", "verify", "/nowhere/audit.jsonl"])
        #expect(missing.status == 1 && missing.err.contains("cannot be read: No such file"))
        #expect(try await Tool.console(["audit", "verify", "/"]).status == 1)
        #expect(try await Tool.console(["audit", "verify"]).status == 64)
        #expect(try await Tool.console(["audit", "verify", "x", "--contains", "12"]).status == 64)
        let foreign = try await Tool.console(["audit", "verify", "/etc/passwd"])
        #expect(foreign.status == 1 && foreign.err.contains("/etc/passwd, line 1: This is no entry of an audit file"))
    }
}
