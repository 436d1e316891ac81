import AcquisitionModel
import AcquisitionRPC
import Foundation
import TestSupport
import Testing

@testable import ConsoleCommands

/// SIGHUP: the terminal has gone, or log files are to be opened anew.
@Suite(.timeLimit(.minutes(1)))
struct HangupTests {
    private static let ports = ["--subscriber-port", "0", "--command-port", "0"]

    /// What an audit file tells, one kind an entry.
    private func audited(_ path: String) throws -> [String] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").compactMap {
            try JSONReader.read(String($0))["entry"]?.string
        }
    }

    @Test(arguments: [true, false])
    func aTerminalThatIsClosedEndsTheTrainerInGoodOrder(_ hasPrompt: Bool) async throws {
        let folder = try TemporaryFolder()
        let audit = "\(folder.path)/audit.jsonl"
        let (terminal, output) = (try HeldTerminal(), try HeldPipe())
        let trainer = try StreamProcess(
            "client-app",
            Self.ports + ["--audit", audit],
            input: .terminal(terminal),
            output: hasPrompt ? .terminal(terminal) : .descriptor(output.program),
            errors: .terminal(terminal)
        )
        let ready = "applicationLaunched"
        let client = try HeldOutputTests.client(
            hasPrompt ? terminal.text(upTo: ready) : output.text(upTo: ready)
        )
        let messages = client.messages(topics: [.event])
        #expect(try await client.perform(.none).result == .success)
        terminal.hangUp()
        // The others that tell of it change nothing.
        trainer.send(signal: SIGHUP)
        for await case .event(let event) in messages.map(\.content) where event.kind == .applicationTerminating {
            #expect(event.context["reason"] == "The terminal was closed (SIGHUP)")
            break
        }
        #expect(await trainer.status(within: .seconds(10)) == 129)
        #expect(try audited(audit).last == "stop")
        client.close()
    }

    @Test(arguments: [[], ["events"], ["watch"]])
    func aTerminalThatIsClosedEndsTheConsole(_ command: [String]) async throws {
        let (service, connection) = try SwiftService.start()
        let terminal = try HeldTerminal()
        let console = try StreamProcess(
            "remote-console",
            connection + command,
            input: .terminal(terminal),
            output: .terminal(terminal),
            errors: .terminal(terminal)
        )
        _ = terminal.text(upTo: command.isEmpty ? "helps" : "heartbeat")
        terminal.hangUp()
        #expect(await console.status(within: .seconds(10)) == 129)
        await service.stop()
    }

    @Test func withoutATerminalFilesAreBegunAnewAndNothingElseHappens() async throws {
        let folder = try TemporaryFolder()
        let (audit, log) = ("\(folder.path)/audit.jsonl", "\(folder.path)/log")
        let output = try HeldPipe()
        let trainer = try StreamProcess(
            "client-app",
            Self.ports + ["-v", "--audit", audit, "--log-file", log],
            output: .descriptor(output.program)
        )
        let client = try HeldOutputTests.client(output.text(upTo: "applicationLaunched"))
        #expect(try await client.request(.none).result == .success)
        let files = FileManager.default
        for path in [audit, log] { try files.moveItem(atPath: path, toPath: path + ".1") }
        trainer.send(signal: SIGHUP)
        #expect(await becomes { [audit, log].allSatisfy { files.fileExists(atPath: $0) } })
        #expect(await becomes { (try? audited(audit).contains("reopened")) == true })
        #expect(try await client.request(.getStatus).result == .success)
        trainer.send(signal: SIGTERM)
        #expect(await trainer.status() == 143)
        #expect(try audited(audit).last == "stop")
        // What is logged at the end stands in the new file.
        #expect(try String(contentsOfFile: log, encoding: .utf8).contains("The audit file is closed"))
        client.close()
    }

    @Test func whatIsIgnoredStaysIgnored() async throws {
        let (terminal, output) = (try HeldTerminal(), try HeldPipe())
        // As `nohup` does; the terminal may even be there.
        let trainer = try StreamProcess(
            "client-app",
            Self.ports,
            input: .terminal(terminal),
            output: .descriptor(output.program),
            before: "trap '' HUP;"
        )
        let client = try HeldOutputTests.client(output.text(upTo: "applicationLaunched"))
        trainer.send(signal: SIGHUP)
        terminal.hangUp()
        trainer.send(signal: SIGHUP)
        #expect(try await client.request(.getStatus).result == .success)
        trainer.send(signal: SIGTERM)
        #expect(await trainer.status() == 143)
        #expect(output.text(upTo: "Terminated").contains("Terminated (SIGTERM)"))
        client.close()
    }
}
