import AcquisitionModel
import ArgumentParser
import Testing

@testable import ConsoleCommands

struct HostArgumentTests {
    @Test(
        arguments: [
            ("127.0.0.1", "127.0.0.1", nil), ("127.0.0.1:6757", "127.0.0.1", 6757), ("rig-1:1", "rig-1", 1),
            ("::1", "::1", nil), ("[::1]", "::1", nil), ("[::1]:65535", "::1", 65_535),
            ("fe80::1%eth0", "fe80::1%eth0", nil), ("[fe80::1%eth0]:6757", "fe80::1%eth0", 6757),
            ("tcp://rig-1:6757", "rig-1", 6757), ("tcp://[::1]:6757", "::1", 6757),
            ("größe.example:7", "größe.example", 7),
        ] as [(String, String, UInt16?)]
    )
    func hostAndPort(_ text: String, _ host: String, _ port: UInt16?) throws {
        let found = try HostArgument(text)
        #expect(found.host == host)
        #expect(found.port == port)
        #expect(try HostArgument(found.description) == found)
    }

    @Test(arguments: ["", ":5557", "h:", "h:0", "h:65536", "h:x", "h:-1", "[::1", "[::1]5557", "[]:1", "h/x", "tcp://"])
    func whatIsNone(_ text: String) {
        #expect(throws: HostArgument.Problem.self) { try HostArgument(text) }
    }

    private func settings(
        _ arguments: [String],
        _ environment: [String: String] = [:],
        file: JSONObject? = nil
    ) throws -> ConsoleSettings {
        let file = file.map { ConfigurationFile(path: "/f.json", members: $0) }
        return try ConsoleSettings(
            ConnectionOptions.parse(arguments),
            SettingsSources(environment: environment, file: file)
        )
    }

    @Test func thePortBehindTheHostCountsLikeTheHost() throws {
        #expect(try settings(["--host", "127.0.0.1:6757"]).commandEndpoint == "tcp://127.0.0.1:6757")
        #expect(try settings(["--host", "[::1]:6757"]).commandEndpoint == "tcp://[::1]:6757")
        #expect(try settings(["--host", "h:1"], ["ACQUISITION_COMMAND_PORT": "2"]).commandPort.value == 1)
        #expect(try settings(["--command-port", "2"], ["ACQUISITION_HOST": "h:1"]).commandPort.value == 2)
        #expect(try settings([], ["ACQUISITION_HOST": "h:1"], file: ["commandPort": 3]).commandPort.value == 1)
        #expect(try settings([], file: ["host": "h:1"]).commandPort.value == 1)
        #expect(try settings(["--host", "h:1", "--command-port", "1"]).commandPort.value == 1)
        let error = #expect(throws: CommandFailure.self) { try settings(["--host", "h:1", "--command-port", "2"]) }
        #expect(error?.status == .usage)
        #expect(error?.message.contains("given twice: 1") == true)
    }

    /// What is out of range is refused with the range, in every option with a number.
    @Test(arguments: [
        ("ping --command-port 70000", "from 1 to 65535"), ("ping --command-port 0", "from 1 to 65535"),
        ("ping --subscriber-port x", "from 1 to 65535"), ("ping --host h:70000", "from 1 to 65535"),
        ("ping --retries 70000", "from 0 to 65535"), ("ping --count 0", "from 1"), ("events --count x", "from 1"),
        ("watch --count=-1", "from 1"), ("send 1 --nonce x", "whole number"),
        ("ping --timeout soon", "5s, 500ms or 2m"),
        ("doctor --heartbeat-wait x", "5s, 500ms or 2m"), ("events --for x", "5s, 500ms or 2m"),
        ("watch --interval x", "5s, 500ms or 2m"),
    ])
    func theRangeIsSaid(_ line: String, _ range: String) {
        let words = line.split(separator: " ").map(String.init)
        do {
            _ = try RemoteConsole.parseAsRoot(words)
            Issue.record("'\(line)' is taken")
        } catch {
            #expect(RemoteConsole.message(for: error).contains(range), "\(RemoteConsole.message(for: error))")
        }
    }

    @Test(arguments: [
        ("--command-port 70000", "from 1 to 65535, or 0"), ("--subscriber-port=-1", "from 1 to 65535, or 0"),
        ("--heartbeat-interval 0", "from 0.01 to 86400"), ("--speed nan", "from 0.001 to 1000000"),
        ("--calibration-time x", "from 0 to 86400"), ("--deduplicate 0", "from 0.001 to 86400"),
        ("--seed x", "whole number"),
    ])
    func theRangeIsSaidByTheSimulator(_ line: String, _ range: String) {
        let words = line.split(separator: " ").map(String.init)
        do {
            _ = try ClientAppCommand.parse(words)
            Issue.record("'\(line)' is taken")
        } catch {
            #expect(ClientAppCommand.message(for: error).contains(range), "\(ClientAppCommand.message(for: error))")
        }
    }
}
