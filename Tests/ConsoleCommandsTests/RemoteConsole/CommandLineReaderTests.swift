import AcquisitionModel
import AcquisitionRPC
import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import ConsoleCommands

/// What is wrong with a command line is said by every command, as text and as JSON.
struct CommandLineReaderTests {
    private func read(
        _ root: any ParsableCommand.Type,
        _ arguments: [String]
    ) -> (status: ConsoleCommands.ExitStatus?, out: String, err: String) {
        let (out, err) = (Written(), Written())
        let order = ArgumentOrder.remoteConsole
        let reading = CommandLineReader.read(root, arguments, out: out.output(), err: err.output()) {
            root is RemoteConsole.Type ? order.arranged($0) : $0
        }
        guard case .ended(let status) = reading else { return (nil, out.value, err.value) }
        return (status, out.value, err.value)
    }

    private static func paths(_ command: any ParsableCommand.Type) -> [[String]] {
        let name = command.configuration.commandName.map { [$0] } ?? []
        return [[]]
            + command.configuration.subcommands.flatMap { below in
                paths(below).map { (below.configuration.commandName.map { [$0] } ?? name) + $0 }
            }
    }

    /// The program itself and every fourth of its commands: reading is slow without optimisation.
    private static func some(from first: Int) -> [[String]] {
        let all = paths(RemoteConsole.self)
        #expect(all.count > 20 && all.contains(["keys", "show"]) && all.contains(["rigs", "start"]))
        return [[]] + stride(from: first, to: all.count, by: 4).map { all[$0] }
    }

    @Test func everyCommandSaysItsVersion() {
        for path in Self.some(from: 1) {
            let said = read(RemoteConsole.self, path + ["--version"])
            #expect(said.status == .done, "\(path)")
            #expect(said.out.contains("remote-console \(Implementation.version)"), "\(path): \(said)")
        }
        let said = read(ClientAppCommand.self, ["--version"])
        #expect(said.out.contains("client-app \(Implementation.version)"))
    }

    @Test func everyCommandSaysErrorsAsJSON() throws {
        let wrongs = [["--json", "--bogus"], ["--bogus", "--json"], ["--log-format", "json", "--bogus"]]
        for (index, path) in Self.some(from: 0).enumerated() {
            let said = read(RemoteConsole.self, path + wrongs[index % wrongs.count])
            #expect(said.status == .usage, "\(path)")
            #expect(said.out.isEmpty)
            let json = try JSONReader.read(said.err)
            #expect(json["level"] == "error" && json["status"] == 64 && json["label"] == "remote-console")
            // What is missing is said before what is too much.
            let message = json["message"]?.string ?? ""
            #expect(message.contains("--bogus") || message.contains("Missing"), "\(path): \(said.err)")
        }
        let said = read(ClientAppCommand.self, ["--json", "--bind", "x", "--dialect", "y"])
        #expect(try JSONReader.read(said.err)["message"]?.string?.contains("'y' is no dialect") == true)
        #expect(read(ClientAppCommand.self, ["--bogus"]).err.hasPrefix("Error: "))
    }

    @Test(arguments: [
        ("statsu", "status"), ("pign", "ping"), ("evnts", "events"), ("key", "keys"), ("keys lsit", "list"),
        ("keys autorize", "authorize"), ("rigs strat x", "start"), ("help doctro", "doctor"),
        ("--json cofiguration", "configuration"),
        ("ping --hots x", "--host"), ("events --tpic x", "--topic"), ("send 1 --dta 1", "--data"),
    ])
    func didYouMean(_ line: String, _ meant: String) {
        let said = read(RemoteConsole.self, line.split(separator: " ").map(String.init))
        #expect(said.status == .usage)
        #expect(said.err.contains("Did you mean") && said.err.contains(meant), "\(said.err)")
    }

    @Test(arguments: [
        ("nothingLikeIt", "remote-console --help"), ("keys nothingLikeIt", "'remote-console keys --help'"),
    ])
    func whatIsNothingLikeACommand(_ line: String, _ hint: String) {
        let said = read(RemoteConsole.self, line.split(separator: " ").map(String.init))
        #expect(said.status == .usage)
        #expect(said.err.contains("--help"), "\(said.err)")
    }

    @Test func argumentsThatAreNoTextAreRefused() {
        let said = read(RemoteConsole.self, ["send", "1", "--data", "\"gr\u{FFFD}\u{FFFD}e\""])
        #expect(said.status == .usage)
        #expect(said.err.contains("is not UTF-8"))
    }

    @Test func aTimeThatIsNoneIsNotLeftOut() {
        #expect(read(RemoteConsole.self, ["send", "1", "--wait=x"]).err.contains("5s, 500ms or 2m"))
        #expect(read(RemoteConsole.self, ["send", "1", "--wait=1s"]).status == nil)
    }

    @Test(arguments: [
        ("send 1 --data @/nonexistent --json", "/nonexistent"), ("set pelet-cover on --json", "pellet-cover"),
        ("mode runing --json", "running"), ("events --kind trialStrated --json", "trialStarted"),
        ("events --topic evnt --json", "event"), ("send getStauts --json", "getStatus"),
        ("keys show /nonexistent --json", "/nonexistent"), ("rigs start x --json", "x"),
        ("audit show /nonexistent --json", "/nonexistent"), ("status --config /nonexistent --json", "/nonexistent"),
        ("rigs status conected --rigs /nonexistent --json", "CONNECTED"),
    ])
    func whatFailsLaterIsSaidAsJSONToo(_ line: String, _ text: String) async throws {
        let run = try await Tool.console(line.split(separator: " ").map(String.init))
        #expect(run.status != 0)
        #expect(run.out.isEmpty)
        let lines = run.err.split(separator: "\n").map(String.init)
        for line in lines { #expect(try JSONReader.read(line)["level"] != nil, "\(line)") }
        let last = try JSONReader.read(try #require(lines.last))
        #expect(last["status"] == JSONValue(Int(run.status)))
        #expect(last["message"]?.string?.contains(text) == true, "\(run.err)")
    }

    @Test func nobodyThereIsJSONWithAHint() async throws {
        let run = try await Tool.console(["--command-port", "1", "--timeout", "100ms", "status", "--json"])
        let json = try JSONReader.read(run.err)
        #expect(json["status"] == 3)
        // What is to be copied leads to the same application.
        #expect(json["hint"]?.string?.hasSuffix("remote-console --command-port 1 doctor") == true, "\(run.err)")
    }

    @Test func theSimulatorSaysErrorsAsJSON() async throws {
        let (service, connection) = try SwiftService.start()
        let taken = ["--subscriber-port", connection[3], "--command-port", connection[1]]
        let busy = try await Tool.run(Tool.product("client-app"), ["--json"] + taken)
        #expect(busy.status == 1)
        #expect(try JSONReader.read(busy.err)["message"]?.string?.contains("cannot start") == true)
        await service.stop()
        let ports = ["--json", "--subscriber-port", "0", "--command-port", "0"]
        let lines = try await Tool.run(Tool.product("client-app"), ports, input: "evnt x\nquit\n")
        #expect(try JSONReader.read(lines.err)["message"]?.string?.contains("did you mean event?") == true)
        #expect(lines.status == 1)
        #expect(try await Tool.run(Tool.product("client-app"), ports, input: "status\nquit\n").status == 0)
    }

    /// The status of a script of lines is that of the first that failed.
    @Test(
        arguments: [
            ("foo\nping\n", 64), ("ping\nemergency resume\nfoo\n", 1), ("ping\n", 0), ("", 0), ("foo\nquit\n", 64),
            ("send 'x\nemergency resume\n", 64), ("\u{FEFF}ping\n", 0), ("events on --kind nothingLikeIt\n", 64),
        ] as [(String, Int32)]
    )
    func aScriptEndsWithTheStatusOfTheFirstFailure(_ lines: String, _ status: Int32) async throws {
        let (service, connection) = try SwiftService.start()
        let run = try await Tool.console(connection, input: lines)
        #expect(run.status == status, "\(run.err)")
        await service.stop()
    }

    @Test func aLineOfThePromptThatAsksForJSONFailsInJSON() async throws {
        let (service, connection) = try SwiftService.start()
        let run = try await Tool.console(connection, input: "emergency resume --json\n")
        #expect(try JSONReader.read(run.out)["result"] == 400)
        #expect(try JSONReader.read(run.err)["status"] == 1)
        await service.stop()
    }
}
