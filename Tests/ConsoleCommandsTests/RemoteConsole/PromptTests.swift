import AcquisitionModel
import Testing

@testable import ConsoleCommands

struct PromptTests {
    @Test(arguments: [
        ("a b", ["a", "b"]), ("  a   b  ", ["a", "b"]), ("", []),
        (#"send x --data '{"a": 1}'"#, ["send", "x", "--data", #"{"a": 1}"#]),
        (#"a "b c" d"#, ["a", "b c", "d"]), (#"a\ b"#, ["a b"]), (#""a\"b""#, [#"a"b"#]), (#""a\nb""#, [#"a\nb"#]),
        ("''", [""]), ("'\u{301}x' \"\u{301}\"", ["\u{301}x", "\u{301}"]),
    ])
    func wordsAsInAShell(_ line: String, _ words: [String]) throws {
        #expect(try ShellWords.split(line) == words)
    }

    @Test(arguments: ["'a", "\"a"])
    func anOpenQuoteIsAnError(_ line: String) {
        #expect(throws: CommandFailure.self) { try ShellWords.split(line) }
    }

    @Test func linesAreCommands() {
        guard case .command(let command) = PromptLine("send 5 --data '{}'") else {
            Issue.record("no command")
            return
        }
        #expect((command as? SendCommand)?.data == "{}")
    }

    @Test func ownWords() {
        for line in ["quit", "exit", "q"] {
            guard case .quit = PromptLine(line) else { Issue.record("\(line) is not the end"); continue }
        }
        guard case .nothing = PromptLine("   ") else { Issue.record("a blank line does something"); return }
        guard case .events(true, ["--topic", "event"]) = PromptLine("events on --topic event") else {
            Issue.record("events on")
            return
        }
        guard case .help(["send"]) = PromptLine("help send") else { Issue.record("help"); return }
        guard case .help(["set"]) = PromptLine("set --help") else { Issue.record("--help"); return }
    }

    @Test(arguments: [
        "bogus", "sta", "set x", "ping --host h", "prompt", "send 'x", "ping --count x", "ping --define a=70001",
        "send 1 --data '\"gr\u{FFFD}\u{FFFD}e\"'", "keys show",
    ])
    func whatIsNoCommandSaysSo(_ line: String) {
        guard case .failure(let failure) = PromptLine(line) else { Issue.record("no failure"); return }
        #expect(failure.status == .usage)
        #expect(!failure.message.isEmpty)
    }

    @Test(arguments: [
        ("pign", "ping"), ("sta", "status"), ("qiut", "quit"), ("keys show 'a b'", "remote-console keys show 'a b'"),
    ])
    func whatMayBeMeantIsSaid(_ line: String, _ meant: String) {
        guard case .failure(let failure) = PromptLine(line) else { Issue.record("no failure"); return }
        #expect(failure.hint?.contains(meant) == true, "\(failure)")
    }

    @Test(arguments: [
        ("", "status"), ("", "quit"), ("send ", "getStatus"), ("set ", "live-analysis"), ("set live-analysis ", "on"),
        ("mode ", "training"), ("mode ", "running"), ("mode training ", "manual"), ("emergency ", "resume"),
        ("events on --kind ", "trialStarted"), ("events on --topic ", "commandResult"), ("events ", "on"),
        ("help ", "send"),
    ])
    func completion(_ before: String, _ word: String) {
        #expect(PromptCompletion.candidates(after: before, dialect: .current).contains(word))
    }

    @Test func theTenSettings() throws {
        #expect(BehaviourSwitch.all.count == 10)
        #expect(BehaviourSwitch.all.first?.name == "live-analysis")
        #expect(try BehaviourSwitch.find("pellet-d").name == "pellet-delivery")
        #expect(try BehaviourSwitch.find("AUTO_CLAMP").command == .setAutoClampEnabled)
        let error = #expect(throws: CommandFailure.self) { try BehaviourSwitch.find("pellet") }
        #expect(error?.message.contains("pellet-delivery, pellet-cover") == true)
    }

    @Test func modes() throws {
        #expect(try ModeCommand.request([]) == .show)
        #expect(try ModeCommand.request(["running"]) == .application(.running))
        #expect(try ModeCommand.request(["training", "auto"]) == .training(.automatic))
        #expect(throws: CommandFailure.self) { try ModeCommand.request(["in"]) }
        #expect(throws: CommandFailure.self) { try ModeCommand.request(["a", "b"]) }
    }

    @Test func namesInBothReleases() {
        #expect(
            NameInDialects<ApiCommand>("startAcquisition")
                == .different(current: .startAcquisition, legacy: ApiCommand.Legacy.startAcquisition)
        )
        #expect(NameInDialects<ApiCommand>("getStatus") == .same(.getStatus))
        #expect(NameInDialects<ApiCommand>("setApplicationMode") == .same(.setApplicationMode))
        #expect(NameInDialects<ApiCommand>("12345") == .same(ApiCommand(rawValue: 12345)))
    }
}
