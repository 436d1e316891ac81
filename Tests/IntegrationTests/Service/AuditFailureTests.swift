import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Foundation
import TestSupport
import Testing
import ZeroMQ

/// Services as processes of their own, whose disk is full, or which are killed.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct AuditFailureTests {
    /// `client-app` with an audit file, and sockets that talk to it.
    private struct Rig {
        let process: ToolProcess
        let client: RpcClient
        let context: Context
        let commands: RawPeer

        init(_ path: String, under wrapper: [String] = []) async throws {
            let tool = ToolProcess.products.appending(path: "client-app").path
            let arguments = [
                "--audit", path, "--json", "--subscriber-port", "0", "--command-port", "0", "--heartbeat-interval",
                "0.05",
            ]
            process = try ToolProcess("/usr/bin/env", wrapper + [tool] + arguments)
            let ready = try JSONReader.read(try await process.line { $0.contains(#""ready""#) })
            let command = try #require(ready["command"]?.string)
            client = try createApiClient(command: command, subscriber: try #require(ready["subscriber"]?.string))
            context = try Context()
            let socket = try context.socket(.dealer)
            try socket.set(.linger, to: .zero)
            try socket.connect(command)
            commands = RawPeer(socket)
        }

        /// Gives `count` commands and takes their answers.
        func give(_ count: Int) async throws {
            let batch = 50
            for start in stride(from: 1, through: count, by: batch) {
                let nonces = start..<min(start + batch, count + 1)
                for nonce in nonces {
                    try await commands.send([[], Array(#"{"command":400,"nonce":\#(nonce)}"#.utf8)])
                }
                for _ in nonces { _ = try #require(try await commands.receive(), "no reply") }
            }
        }

        /// Waits for a heartbeat that says whether the audit is degraded.
        func heartbeat(degraded: Bool) async throws {
            for await case .heartbeat(let heartbeat) in client.messages(topics: [.heartbeat]).map(\.content) {
                if (heartbeat.auditDegraded == true) == degraded { return }
            }
            Issue.record("no such heartbeat")
        }

        func end() async {
            client.close()
            commands.socket.close()
            await onThread { [context] in context.terminate() }
        }
    }

    /// The log says it once, and once that it is over.
    private func expectTold(_ process: ToolProcess) {
        let lines = process.errorsSoFar.split(separator: "\n")
        #expect(lines.count { $0.contains("The audit file cannot be written") } == 1, "\(process.errorsSoFar)")
    }

    #if os(Linux)
        /// Heavy: 9,000 commands, more than what waits for the disk.
        @Test func aFileThatMayNotGrowDoesNotStopTheService() async throws {
            let file = try AuditedFile()
            let rig = try await Rig(file.path)
            try await rig.give(10)
            try await rig.heartbeat(degraded: false)
            // From now on a write fails with EFBIG, after a part of a line.
            let size = try #require(try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int)
            try await limitFiles(of: rig.process, to: "\(size + 1000)")
            try await rig.give(9000)
            try await rig.heartbeat(degraded: true)
            try await limitFiles(of: rig.process, to: "unlimited")
            try await rig.heartbeat(degraded: false)
            try await rig.give(10)
            try rig.process.write("quit")
            #expect(await rig.process.status() == 74, "entries are lost")
            expectTold(rig.process)
            await rig.end()

            let report = try file.verify()
            #expect(report.problem == nil && report.torn == 0 && report.isStopped, "\(report)")
            let entries = try file.entries()
            let resumed = entries.filter { $0["entry"] == "resumed" }
            #expect(resumed.count == 1 && resumed.first?["reason"] == "File too large")
            let written = entries.count { $0["entry"] == "command" }
            // What was not written was counted: nothing is lost in silence.
            #expect(report.lost > 0 && written + report.lost == 9020, "\(written) written, \(report.lost) lost")
        }

        /// How large a file the process may write, from now on.
        private func limitFiles(of process: ToolProcess, to size: String) async throws {
            let number = "\(process.identifier)"
            let tool = try ToolProcess("/usr/bin/prlimit", ["--pid", number, "--fsize=\(size):unlimited"])
            try #require(await tool.status() == 0, "\(tool.errorsSoFar)")
        }

        /// Whether this process may give another one file systems of its own.
        private static func mayMount() async throws -> Bool {
            guard getuid() == 0 else { return false }
            return await (try ToolProcess("/usr/bin/env", ["unshare", "--mount", "true"])).status() == 0
        }

        /// A disk of its own for the process, in a mount namespace, which is full.
        @Test(.enabled("only root may mount a file system") { try await mayMount() })
        func aFullDiskDoesNotStopTheService() async throws {
            let file = try AuditedFile()
            let folder = file.folder.path
            let script = """
                mount -t tmpfs -o size=1m none "$0" && head -c 1032192 /dev/zero > "$0/other" && exec "$@"
                """
            let rig = try await Rig(file.path, under: ["unshare", "--mount", "sh", "-c", script, folder])
            try await rig.give(100)
            try await rig.heartbeat(degraded: true)
            try await rig.give(100)
            // The process's own view of the files.
            let view = "/proc/\(rig.process.identifier)/root\(folder)"
            try FileManager.default.removeItem(atPath: view + "/other")
            try await rig.heartbeat(degraded: false)
            try await rig.give(10)
            // Open, it outlives the process and its disk.
            let left = try FileHandle(forReadingFrom: URL(filePath: view + "/audit.jsonl"))
            try rig.process.write("quit")
            #expect(await rig.process.status() == 0)
            expectTold(rig.process)
            await rig.end()
            let copy = try AuditedFile()
            try #require(try left.readToEnd()).write(to: URL(filePath: copy.path))
            let report = try copy.verify()
            #expect(report.problem == nil && report.isStopped && report.lost == 0 && report.torn == 0, "\(report)")
            let entries = try copy.entries()
            #expect(entries.count { $0["entry"] == "resumed" && $0["reason"] == "No space left on device" } == 1)
            #expect(entries.count { $0["entry"] == "command" } == 210)
        }
    #endif

    @Test func killedInTheMiddleTheChainGoesOn() async throws {
        let file = try AuditedFile()
        for round in 1...5 {
            let rig = try await Rig(file.path)
            try await rig.give(20)
            // Under way, and nobody waits for the answers.
            for nonce in 1...400 {
                try await rig.commands.send([[], Array(#"{"command":400,"nonce":\#(nonce)}"#.utf8)])
            }
            rig.process.send(signal: SIGKILL)
            #expect(await rig.process.status() == 128 + SIGKILL)
            await rig.end()
            if round == 3 {
                // What a crash in the middle of a line leaves.
                let bytes = try Data(contentsOf: URL(filePath: file.path))
                try bytes.dropLast(30).write(to: URL(filePath: file.path))
            }
        }
        let rig = try await Rig(file.path)
        try rig.process.write("quit")
        #expect(await rig.process.status() == 0)
        await rig.end()
        let report = try file.verify()
        #expect(report.problem == nil && report.starts == 6 && report.isStopped && report.torn >= 1, "\(report)")
    }
}
