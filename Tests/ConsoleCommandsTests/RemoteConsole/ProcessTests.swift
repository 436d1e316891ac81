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
        #expect(prompt.status == 64)
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

    private func terminal(_ arguments: [String]) throws -> PseudoTerminal {
        // What is shown is looked for as plain text, whatever the environment of the tests says of colour.
        let environment = ["ACQUISITION_HISTORY": "", "NO_COLOR": "1"]
        return try PseudoTerminal("remote-console", arguments, environment: environment, columns: 100)
    }

    @Test func ctrlCLeavesEventsWith130() async throws {
        let (service, connection) = try SwiftService.start()
        let terminal = try terminal(connection + ["events"])
        await terminal.see("heartbeat")
        terminal.press(PseudoTerminal.interrupt)
        #expect(await terminal.status() == 130)
        #expect(terminal.isPlain)
        await service.stop()
    }

    @Test func ctrlCLeavesWatchWith130AndTheFirstScreen() async throws {
        let (service, connection) = try SwiftService.start()
        let terminal = try terminal(connection + ["watch"])
        await terminal.see("\u{1B}[?1049h")
        await terminal.see("online")
        terminal.press(PseudoTerminal.interrupt)
        await terminal.see("\u{1B}[?25h\u{1B}[?1049l")
        #expect(await terminal.status() == 130)
        #expect(terminal.isPlain)
        await service.stop()
    }

    @Test func sigtermLeavesWatchWith143AndTheFirstScreen() async throws {
        let (service, connection) = try SwiftService.start()
        let terminal = try terminal(connection + ["watch"])
        await terminal.see("online")
        terminal.terminate()
        await terminal.see("\u{1B}[?1049l")
        #expect(await terminal.status() == 143)
        await service.stop()
    }

    @Test func ctrlCEndsTheWaitingAndSaysThatTheCommandGoesOn() async throws {
        let (service, connection) = try SwiftService.start { _ in ApiCommandRequestResponse(.pendingWithNotification) }
        let terminal = try terminal(connection + ["send", "99999"])
        await terminal.see("waiting for the result")
        terminal.press(PseudoTerminal.interrupt)
        await terminal.see("the command goes on")
        #expect(await terminal.status() == 130)
        await service.stop()
    }

    @Test func thePromptOnATerminal() async throws {
        let (service, connection) = try SwiftService.start()
        let terminal = try terminal(connection)
        await terminal.see("helps")
        terminal.press("mode run\r")
        await terminal.see("running (100)")
        terminal.press("events on --topic heartbeat\r")
        await terminal.see("0.12.0")
        terminal.press("events off\r", "set live", PseudoTerminal.tab, "on\r")
        await terminal.see("live-analysis: on")
        terminal.press("watch\r")
        await terminal.see("online")
        terminal.press(PseudoTerminal.interrupt)
        await terminal.see("interrupted")
        await terminal.see("> ")
        terminal.press(PseudoTerminal.end)
        let status = await terminal.status()
        #expect(status == 0)
        #expect(terminal.isPlain)
        await service.stop()
    }
}
