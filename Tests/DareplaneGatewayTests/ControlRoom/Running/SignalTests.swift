import Foundation
import TestSupport
import Testing

extension ControlRoomTests {
    /// A control room as a program, ended by signals.
    @Suite struct SignalTests {
        /// Starts a control room whose module has a child that does not end when it is told to; the numbers of both.
        private static func start(
            stopTime: String,
            port: Int? = nil
        ) async throws -> (program: ToolProcess, processes: [Int]) {
            let folder = try TemporaryFolder()
            let port = try port ?? RoomBench.freePorts(1)[0]
            let module = RoomBench.module("mod-a", port: port, more: "kwargs = { spawn = 1 }")
                .replacing("Tests/Peers", with: Fixtures.checkout.appending(path: "Tests/Peers").path)
                .replacing(".venvs", with: Fixtures.checkout.appending(path: ".venvs").path)
            let settings = "[control_room]\nanswer_time = 20\nlog_listen = \"off\"\nstop_time = \"\(stopTime)\"\n"
            let file = try folder.write("rig.toml", settings + module)
            let arguments = ["control-room", "-v", "--config", file, "--command-port", "0", "--subscriber-port", "0"]
            let program = try ToolProcess.tool("rpc-gateway", arguments)
            _ = try await program.line { $0 == "control-room is ready" }
            while true {
                let log = program.errorsSoFar
                if let module = log.firstMatch(of: /process=(\d+)/).flatMap({ Int($0.1) }),
                    let child = log.firstMatch(of: /"child": (\d+)/).flatMap({ Int($0.1) })
                {
                    return (program, [module, child])
                }
                try await Task.sleep(for: .milliseconds(5))
            }
        }

        @Test(arguments: [SIGTERM, SIGINT])
        func `A signal ends the modules with all that they started`(signal: Int32) async throws {
            let (program, processes) = try await Self.start(stopTime: "300ms")
            for process in processes { #expect(RoomBench.isThere(process)) }
            program.send(signal: signal)
            #expect(await program.status() == 128 + signal)
            for process in processes { #expect(!RoomBench.isThere(process)) }
        }

        /// The next one starts them anew on the same ports.
        @Test func `Modules end with a control room that is killed, with all that they started`() async throws {
            let port = try RoomBench.freePorts(1)[0]
            let (program, processes) = try await Self.start(stopTime: "300ms", port: port)
            program.send(signal: SIGKILL)
            #expect(await program.status() == 128 + SIGKILL)
            let end = ContinuousClock.now + .seconds(10)
            while processes.contains(where: RoomBench.isThere), ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(5))
            }
            for process in processes { #expect(!RoomBench.isThere(process)) }
            let (next, others) = try await Self.start(stopTime: "300ms", port: port)
            #expect(Set(others).isDisjoint(with: processes))
            next.send(signal: SIGTERM)
            #expect(await next.status() == 128 + SIGTERM)
            for process in others { #expect(!RoomBench.isThere(process)) }
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
}
