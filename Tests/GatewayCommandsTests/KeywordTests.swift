import Foundation
import TestSupport
import Testing

/// A module's keywords from a person's console to a real module.
@Suite(.timeLimit(.minutes(1)))
struct KeywordTests {
    private static let keywords =
        #"{"StimChannel": 1, "FirstPhaseDelay_mS": 0, "markers_t_s": [{"n_1": 2}], "camelCase": 3}"#

    @Test func whatIsTypedArrivesByteForByte() async throws {
        let ports = try await FreePorts.some(3)
        let folder = try TemporaryFolder()
        let file = try folder.write(
            "room.toml",
            """
            [control_room]
            python = "\(Fixtures.checkout.appending(path: ".venvs/dareplane/bin/python").path)"
            log_listen = "off"
            [modules.recorder]
            kind = "python"
            ip = "127.0.0.1"
            port = \(ports[0])
            retry_after_s = 0.05
            max_connect_retries = 400
            loglevel = 10
            cwd = "\(Fixtures.checkout.appending(path: "Tests/Peers").path)"
            custom_entry_point = "control_room_module"
            """
        )
        let (command, events) = ("\(ports[1])", "\(ports[2])")
        let room = try RunningGateway([
            "control-room", "-v", "--config", file, "--command-port", command, "--subscriber-port", events,
        ])
        _ = try await room.process.line { $0 == "control-room is ready" }
        let console = try ToolProcess.tool(
            "remote-console",
            [
                "--command-port", command, "--subscriber-port", events, "send", "userDefined", "--custom-command",
                "recorder.ECHO", "--data", Self.keywords,
            ]
        )
        #expect(await console.status() == 0, "\(console.errorsSoFar)")
        // The module prints what it was given, and the control room logs it.
        while !room.process.errorsSoFar.contains(#""ECHO""#) { try await Task.sleep(for: .milliseconds(5)) }
        let log = room.process.errorsSoFar
        #expect(log.contains("\"arguments\": \(Self.keywords)"), "\(log)")
        #expect(room.process.errorsSoFar.contains("loglevel: is passed over"))
        #expect(await room.interrupt() == 130)
    }
}
