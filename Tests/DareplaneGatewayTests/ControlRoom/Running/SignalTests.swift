import Foundation
import TestSupport
import Testing

/// A control room as a program, ended by signals.
@Suite(.timeLimit(.minutes(1))) struct SignalTests {
    /// Starts a control room whose module has a child that does not end when it is told to; the numbers of both.
    private static func start(stopTime: String) async throws -> (program: ToolProcess, processes: [Int]) {
        let folder = try TemporaryFolder()
        let port = try RoomBench.freePorts(1)[0]
        let module = RoomBench.module("mod-a", port: port, more: "kwargs = { spawn = 1 }")
            .replacing("Tests/Peers", with: Fixtures.checkout.appending(path: "Tests/Peers").path)
            .replacing(".venvs", with: Fixtures.checkout.appending(path: ".venvs").path)
        let settings = "[control_room]\nanswer_time = 20\nlog_listen = \"off\"\nstop_time = \"\(stopTime)\"\n"
        let file = try folder.write("rig.toml", settings + module)
        let arguments = ["control-room", "-v", "--config", file, "--command-port", "0", "--subscriber-port", "0"]
        let program = try ToolProcess.tool("rpc-gateway", arguments)
        _ = try await program.line { $0 == "control-room is ready" }
        // What was printed before is in the log.
        let log = program.errorsSoFar
        let module1 = try #require(log.firstMatch(of: /process=(\d+)/).flatMap { Int($0.1) })
        let child = try #require(log.firstMatch(of: /"child": (\d+)/).flatMap { Int($0.1) })
        return (program, [module1, child])
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `A signal ends the modules with all that they started`(signal: Int32) async throws {
        let (program, processes) = try await Self.start(stopTime: "300ms")
        for process in processes { #expect(RoomBench.isThere(process)) }
        program.send(signal: signal)
        #expect(await program.status() == 128 + signal)
        for process in processes { #expect(!RoomBench.isThere(process)) }
    }

    @Test func `A second signal ends them by force`() async throws {
        let (program, processes) = try await Self.start(stopTime: "40s")
        program.send(signal: SIGINT)
        // The module itself ends at once; the first signal was heard when it is gone.
        while RoomBench.isThere(processes[0]) { try await Task.sleep(for: .milliseconds(5)) }
        #expect(RoomBench.isThere(processes[1]))
        program.send(signal: SIGINT)
        #expect(await program.status() == 130)
        while RoomBench.isThere(processes[1]) { try await Task.sleep(for: .milliseconds(5)) }
    }
}
