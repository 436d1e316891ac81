import AcquisitionRPC
import Foundation
import TestSupport
import Testing

/// The programs over Unix sockets, as processes.
@Suite(.timeLimit(.minutes(2)))
struct UnixSocketTests {
    private let temporary = try? TemporaryFolder()

    private func app(_ host: String) async throws -> ToolProcess {
        let app = try ToolProcess.tool("client-app", ["--json", "--bind", host, "--heartbeat-interval", "0.2"])
        _ = try await app.line { $0.contains("\(host)/commands") && $0.contains("\(host)/events") }
        return app
    }

    private func console(_ arguments: String...) async throws -> (status: Int32, out: String, err: String) {
        let console = try ToolProcess.tool("remote-console", arguments)
        let status = await console.status()
        return (status, console.outputSoFar, console.errorsSoFar)
    }

    @Test func theProgramsMeetAndAKilledServiceIsReplaced() async throws {
        let folder = "\(try #require(temporary).path)/rig"
        let host = "ipc://\(folder)"
        let missing = try await console("--host", host, "doctor")
        #expect(missing.status == 3 && missing.out.contains("cannot be looked at"), "\(missing.out)")

        let first = try await app(host)
        #expect(try await console("--host", host, "status").status == 0)
        let doctor = try await console("--host", host, "doctor")
        #expect(doctor.status == 0 && doctor.out.contains("\(folder)/commands takes connections"), "\(doctor.out)")
        let events = try await console("--host", host, "events", "--topic", "heartbeat", "--count", "1", "--wait")
        #expect(events.status == 0, "\(events.err)")
        // The one that runs is not robbed.
        let second = try ToolProcess.tool("client-app", ["--bind", host])
        #expect(await second.status() == 1)
        #expect(second.errorsSoFar.contains("Another service has \(folder)"), "\(second.errorsSoFar)")
        #expect(try await console("--host", host, "status").status == 0)

        first.send(signal: SIGKILL)
        _ = await first.status()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 2)
        let stale = try await console("--host", host, "doctor")
        #expect(stale.status == 3 && stale.out.contains("was killed"), "\(stale.out)")
        let third = try await app(host)
        #expect(try await console("--host", host, "status").status == 0)

        let gateway = try RunningGateway(["dareplane", "--host", host, "--listen", "localhost:0"])
        _ = try await gateway.addresses(["dareplane"])
        #expect(await becomes { gateway.process.errorsSoFar.contains("The acquisition process is there") })
        #expect(await gateway.interrupt() == 130)
        third.send(signal: SIGTERM)
        #expect(await third.status() == 143)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }

    @Test(arguments: [
        ("bind = [\"lo\"]\nallow_insecure_remote = [\"br-rig\"]", 0), ("allow_insecure_remote = true", 0),
        ("allow_insecure_remote = 3", 1), ("allow_insecure_remote = [3]", 1), ("allow_insecure_remote = \"br-rig\"", 1),
    ])
    func aControlRoomSaysWhereItMayBeReached(_ lines: String, _ status: Int) async throws {
        let module = "[modules.m]\nkind = \"conn_only\"\nip = \"127.0.0.1\"\nport = 1\n"
        let file = try #require(temporary).write("room.toml", "[serve]\n\(lines)\n\(module)")
        let check = try RunningGateway(["check", file])
        #expect((await check.process.status() == 0) == (status == 0), "\(check.process.errorsSoFar)")
        if status != 0 { #expect(check.process.errorsSoFar.contains("allow_insecure_remote")) }
    }

    @Test func aFolderThatOthersEnterIsRefusedByAll() async throws {
        let temporary = try #require(temporary)
        let folder = "\(temporary.path)/shared"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        try temporary.setMode(0o755, of: folder)
        let app = try ToolProcess.tool("client-app", ["--bind", "ipc://\(folder)"])
        #expect(await app.status() == 1 && app.errorsSoFar.contains("chmod 700"), "\(app.errorsSoFar)")
        let console = try await console("--host", "ipc://\(folder)", "status")
        #expect(console.status == 64 && console.err.contains("chmod 700"), "\(console.err)")
        let gateway = try RunningGateway(["dareplane", "--host", "ipc://\(folder)", "--listen", "127.0.0.1:0"])
        #expect(await gateway.process.status() != 0 && gateway.process.errorsSoFar.contains("chmod 700"))
        let file = try temporary.write("x.toml", "[service]\nhost = \"ipc://x\"\n[dareplane]\n")
        let check = try RunningGateway(["check", file])
        #expect(await check.process.status() != 0)
        #expect(check.process.errorsSoFar.contains("whole path"), "\(check.process.errorsSoFar)")
    }
}
