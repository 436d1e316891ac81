import AcquisitionModel
import AcquisitionRPC
import Foundation
import Testing

@testable import ConsoleCommands

/// The program itself, as a process of its own.
@Suite(.timeLimit(.minutes(2)))
struct ProcessTests {
    @Test func helpAndVersion() async throws {
        let help = try await Tool.console(["--help"])
        #expect(help.status == 0)
        for text in ["Exit status: 0 done", "ACQUISITION_HOST", "doctor", "watch"] { #expect(help.out.contains(text)) }
        let version = try await Tool.console(["--version"])
        #expect(version.status == 0)
        #expect(version.out.contains(Implementation.version))
        #expect(version.out.contains("libzmq"))
    }

    @Test(arguments: [
        ["--bogus"], ["bogus"], ["status", "--timeout", "soon"], ["set", "nothing", "on"], ["send"],
        ["send", "nothingLikeIt"], ["send", "1", "--data", "{"], ["mode", "nowhere"], ["ping", "--count", "0"],
        ["--config", "/nonexistent", "ping"], ["send", "1", "--wait", "--no-wait"], ["events", "--kind", "nothing"],
    ])
    func wrongUsageIs64(_ arguments: [String]) async throws {
        let run = try await Tool.console(arguments)
        #expect(run.status == 64)
        #expect(run.out.isEmpty)
        #expect(!run.err.isEmpty)
    }

    @Test func aVariableThatCannotBeUnderstoodIs64() async throws {
        let run = try await Tool.console(["ping"], environment: ["ACQUISITION_COMMAND_PORT": "x"])
        #expect(run.status == 64)
        #expect(run.err.contains("ACQUISITION_COMMAND_PORT"))
    }

    @Test func nobodyThereIs3WithAHint() async throws {
        let run = try await Tool.console(["--command-port", "1", "--timeout", "100ms", "status"])
        #expect(run.status == 3)
        #expect(run.err.contains("tcp://127.0.0.1:1"))
        #expect(run.err.contains("doctor"))
    }

    @Test func againstASwiftService() async throws {
        let (service, connection) = try SwiftService.start()
        let status = try await Tool.console(connection + ["--json", "status"])
        #expect(status.status == 0)
        #expect(try status.json().first?["data"]?["trainingMode"] == 100)
        let after = try await Tool.console(["status", "--json"] + connection)
        #expect(after.status == 0)
        let failed = try await Tool.console(connection + ["emergency", "resume"])
        #expect(failed.status == 1)
        #expect(failed.err.contains("There was no stop"))
        let data = try await Tool.console(
            connection + [
                "send", "userDefined", "--custom-command", "5", "--data", #"{"a":"B c"}"#, "--nonce", "9", "--json",
            ]
        )
        #expect(try data.json().first?["data"] == ["custom": 5, "data": ["a": "B c"], "nonce": 9])
        let events = try await Tool.console(connection + ["events", "--topic", "heartbeat", "--count", "2", "--json"])
        #expect(events.status == 0)
        #expect(try events.json().map { $0["topicName"] } == ["heartbeat", "heartbeat"])
        let prompt = try await Tool.console(connection, input: "bogus\nmode running\n")
        #expect(prompt.status == 0)
        #expect(prompt.out == "Application mode: running (100)\n")
        let watch = try await Tool.console(connection + ["watch", "--count", "2", "--interval", "50ms", "--json"])
        #expect(try watch.json().count == 2)
        let doctor = try await Tool.console(connection + ["doctor", "--json"])
        #expect(doctor.status == 0)
        #expect(try doctor.json().first?["findings"]?.array?.allSatisfy { $0["severity"] == "good" } == true)
        await service.stop()
    }

    @Test func theDoctorFindsNobody() async throws {
        let run = try await Tool.console(["--command-port", "1", "--subscriber-port", "2", "doctor"])
        #expect(run.status == 3)
        #expect(run.out.contains("nothing listens at tcp://127.0.0.1:1"))
    }

    // MARK: - On a terminal

    @Test func ctrlCLeavesEventsWith130() async throws {
        let (service, connection) = try SwiftService.start()
        let ended = try await Tool.onTerminal(
            steps: ["expect:heartbeat", "interrupt"],
            [Tool.product("remote-console").path] + connection + ["events"]
        )
        #expect(ended["problem"] == JSONValue.null)
        #expect(ended["status"] == 130)
        #expect(ended["isTerminalUsual"] == true)
        await service.stop()
    }

    @Test func ctrlCLeavesWatchWith130AndTheFirstScreen() async throws {
        let (service, connection) = try SwiftService.start()
        let ended = try await Tool.onTerminal(
            steps: ["expect:online", "interrupt"],
            [Tool.product("remote-console").path] + connection + ["watch"]
        )
        #expect(ended["problem"] == JSONValue.null)
        #expect(ended["status"] == 130)
        #expect(ended["isTerminalUsual"] == true)
        let output = try #require(ended["output"]?.string)
        #expect(output.contains("\u{1B}[?1049h"))
        #expect(output.hasSuffix("\u{1B}[?25h\u{1B}[?1049l") || output.contains("\u{1B}[?25h\u{1B}[?1049l"))
        await service.stop()
    }

    @Test func ctrlCEndsTheWaitingAndSaysThatTheCommandGoesOn() async throws {
        let (service, connection) = try SwiftService.start { _ in ApiCommandRequestResponse(.pendingWithNotification) }
        let ended = try await Tool.onTerminal(
            steps: ["expect:waiting for the result", "interrupt"],
            [Tool.product("remote-console").path] + connection + ["send", "99999"]
        )
        #expect(ended["problem"] == JSONValue.null)
        #expect(ended["status"] == 130)
        #expect(ended["output"]?.string?.contains("the command goes on") == true)
        await service.stop()
    }

    @Test func thePromptOnATerminal() async throws {
        let (service, connection) = try SwiftService.start()
        let ended = try await Tool.onTerminal(
            steps: [
                "expect:helps", "send:mode running", "expect:running (100)", "send:events on --topic heartbeat",
                "expect:0.12.0", "send:events off", "send:quit",
            ],
            [Tool.product("remote-console").path] + connection
        )
        #expect(ended["problem"] == JSONValue.null)
        #expect(ended["status"] == 0)
        #expect(ended["isTerminalUsual"] == true)
        await service.stop()
    }
}
