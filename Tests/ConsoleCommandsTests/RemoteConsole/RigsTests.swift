import AcquisitionModel
import IBLGateway
import Logging
import TestSupport
import Testing

@testable import ConsoleCommands

/// `remote-console rigs`, as a process, with rigs that answer.
@Suite(.timeLimit(.minutes(1)))
struct RigsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static func rig(_ transport: RigURI.Transport, answering data: JSONValue) -> Communicator {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let rig = Communicator(.server, at: RigURI(transport, port: 0), logger: logger)
        rig.onMessage { [weak rig] event in
            if event.message.event == .cleanup { throw GatewayError(.failed, "the door is open") }
            guard event.message.event != .error else { return }
            try await rig?.send(RigMessage(event.message.event, [data]), to: event.peer)
        }
        return rig
    }

    private func list(_ rigs: [(String, RigURI)], _ more: String = "") throws -> String {
        let tables = rigs.map { "[[rigs]]\nname = \"\($0.0)\"\nuri = \"\($0.1)\"\n" }
        return try folder.write("rigs.toml", more + "\n" + tables.joined())
    }

    @Test(arguments: [[], ["--one-after-another"]])
    func anExperimentAtTwoRigs(_ options: [String]) async throws {
        let (bpod, camera) = (Self.rig(.udp, answering: nil), Self.rig(.tcp, answering: ["frames": 7]))
        try await bpod.whileRunning { one in
            try await camera.whileRunning { two in
                let file = try list([("bpod", one), ("camera", two)])
                for arguments in [
                    ["init"], ["start", "2026-01-01_1_mouse"], ["status", "running"], ["info"], ["stop"],
                ] {
                    let run = try await Tool.console(["rigs"] + arguments + ["--rigs", file] + options)
                    #expect(run.status == 0, "\(run.err)")
                    #expect(run.out.contains("2 of 2 rigs answered") && run.out.contains(#"{"frames":7}"#))
                    #expect(run.err.contains("bpod    told") && run.err.contains("camera  answered"))
                }
                let json = try await Tool.console(["--json", "rigs", "start", "2026-01-01_1_mouse", "--rigs", file])
                let line = try #require(try json.json().first)
                #expect(json.status == 0 && json.err.isEmpty && line["event"] == "EXPSTART")
                #expect(line["answers"]?.array?.map { $0["rig"] } == ["bpod", "camera"])
                #expect(line["answers"]?[1]?["data"] == [["frames": 7]] && line["failures"] == [])
                let failed = try await Tool.console(["rigs", "cleanup", "--rigs", file])
                #expect(failed.status == 1 && failed.out.contains("EXPCLEANUP: 0 of 2 rigs answered"))
                #expect(failed.out.contains("GatewayError: the door is open") && !failed.err.contains("error:"))
            }
        }
    }

    @Test func aRigThatIsAwayIsNamed() async throws {
        let bpod = Self.rig(.udp, answering: nil)
        try await bpod.whileRunning { one in
            let away = RigURI(.udp, port: 1)
            let file = try list([("away", away), ("bpod", one)], "echo_timeout = \"4s\"\ngrace = 0")
            let run = try await Tool.console(["rigs", "stop", "--immediately", "--rigs", file])
            #expect(run.status == 3 && run.out.contains("EXPINTERRUPT: 1 of 2 rigs answered"), "\(run.out)")
            #expect(run.out.contains("was not echoed within 4.0 seconds"), "\(run.out)")
            let json = try await Tool.console(["rigs", "stop", "--rigs", file, "--json"])
            #expect(try json.json().first?["failures"]?[0]?["error"] == "no-answer")
        }
    }

    // MARK: - Rigs that are late

    /// The real package at a rig that takes longer than the tool waits: it hears its echo, and goes on.
    @Test(arguments: RigURI.Transport.allCases)
    func aRigThatAnswersLateHearsItsEcho(_ transport: RigURI.Transport) async throws {
        let rig = try await Self.pythonRig(transport, ["--answer", "7", "--answer-after", "0.8"])
        let file = try list([("late", rig.uri)])
        for round in 0..<2 {
            let arguments = ["rigs", "start", "2026-01-01_1_mouse", "--rigs", file, "--timeout", "200ms"]
            let run = try await Tool.console(arguments + (round == 0 ? [] : ["--json"]))
            #expect(run.status == 3, "\(run.err)")
            if round == 0 {
                #expect(run.out.contains("EXPSTART: 0 of 1 rigs answered"), "\(run.out)")
                #expect(run.err.contains("waiting up to 30s for late answers of late"), "\(run.err)")
                #expect(run.err.contains("late  late") && run.err.contains("7"), "\(run.err)")
            } else {
                #expect(try run.json().count == 1 && run.err.isEmpty, "\(run.err)")
            }
            // It would say "unconfirmed", and hear nothing more.
            let confirmed = try await rig.process.line { $0.contains("confirmed") }
            #expect(confirmed.contains("\"confirmed\""), "\(confirmed)")
        }
        rig.process.send(signal: 9)
        _ = await rig.process.status()
    }

    @Test func theGraceTimeEnds() async throws {
        let rig = try await Self.pythonRig(.udp, [])
        let file = try list([("mute", rig.uri)], "grace = \"400ms\"\ntimeout = 0.1")
        let run = try await Tool.console(["rigs", "stop", "--rigs", file])
        #expect(run.status == 3 && run.err.contains("no late answer of mute"), "\(run.err)")
        let none = try await Tool.console(["rigs", "stop", "--rigs", file, "--grace", "0"])
        #expect(none.status == 3 && !none.err.contains("late answer"), "\(none.err)")
        rig.process.send(signal: 9)
        _ = await rig.process.status()
    }

    /// Stays connected, echoes, and shows what rigs say by themselves; a token never.
    @Test(arguments: RigURI.Transport.allCases, [true, false])
    func whatRigsSayIsShown(_ transport: RigURI.Transport, _ isJSON: Bool) async throws {
        let bpod = Self.rig(transport, answering: 10)
        try await bpod.whileRunning { uri in
            let file = try list([("bpod", uri), ("away", RigURI(.tcp, port: 1))], "echo_timeout = 10")
            let asked = bpod.expect([.status])
            let watch = try ToolProcess.tool(
                "remote-console",
                ["rigs", "watch", "--rigs", file] + (isJSON ? ["--json"] : [])
            )
            let peer = try await asked.value(within: .seconds(20)).peer
            _ = try await watch.line { $0.contains("bpod") && $0.contains("connected") }
            let answer = try await watch.line { $0.contains("EXPSTATUS") }
            #expect(
                isJSON ? answer.contains("\"data\":[10]") : answer.contains("EXPSTATUS  10 (INITIALIZED)"),
                "\(answer)"
            )
            let login = AlyxLogin(url: "https://alyx", user: "anna", token: "secret")
            for message in [.info(.running, ["trial": 3]), .alyx(login), .failure("no pellets", of: .start)]
                as [RigMessage]
            {
                try await bpod.send(message, to: peer)
            }
            _ = try await watch.line { $0.contains("EXPINFO") && $0.contains("{\"trial\":3}") }
            _ = try await watch.line { $0.contains("ALYX") && $0.contains("anna") }
            _ = try await watch.line { $0.contains("ERROR") && $0.contains("no pellets") }
            #expect(watch.outputSoFar.contains("away") && watch.outputSoFar.contains("Cannot connect"))
            #expect(!watch.outputSoFar.contains("secret"))
            watch.send(signal: 2)
            #expect(await watch.status() == 130)
        }
    }

    /// The real package in a process, answering as the options say.
    private static func pythonRig(
        _ transport: RigURI.Transport,
        _ options: [String]
    ) async throws -> (process: ToolProcess, uri: RigURI) {
        let arguments = ["Tests/Peers/ibl_peer.py", "server", "\(transport.rawValue)://127.0.0.1"] + options
        let process = try ToolProcess(".venvs/ibl/bin/python", arguments)
        let ready = try JSONReader.read(await process.line { $0.contains("\"ready\"") })
        return (process, try RigURI(ready["ready"]?.string ?? ""))
    }

    @Test func wrongUsage() async throws {
        let bad = try folder.write("bad.toml", "[[rigs]]\nname = \"a\"\n")
        let good = try list([("a", RigURI(port: 1))])
        let uses: [([String], String)] = [
            (["start", "yesterday", "--rigs", good], "'yesterday' is no experiment reference"),
            (["status", "walking", "--rigs", good], "'walking' is no status of an experiment"),
            (["init", "--data", "{", "--rigs", good], "--data is no JSON"),
            (["stop", "--rigs", bad], "line 1: rigs[1].uri: is missing"),
            (["stop", "--rigs", "\(folder.path)/none.toml"], "none.toml cannot be read"),
            (["watch", "--rigs", "\(folder.path)/none.toml"], "none.toml cannot be read"),
            (["watch", "--rigs", good, "--ask-every", "0"], "--ask-every must be longer than nothing"),
        ]
        for (arguments, expected) in uses {
            let run = try await Tool.console(["rigs"] + arguments)
            #expect(run.status == 64 && run.out.isEmpty && run.err.contains(expected), "\(arguments): \(run.err)")
        }
    }

    @Test func whatRigsSayMovesNoCursor() {
        let answers = RigAnswers([.init(rig: "a\u{1B}[2J", data: ["\u{1B}]0;x", 1], time: .milliseconds(12))])
        let failure = RigServicesError.Failure(rig: "b", reason: GatewayError(.noAnswer, "gone\n"))
        let outcome = RigsOutcome(answers: answers, failures: [failure])
        let lines = RigsView.lines(.end, outcome, style: .plain)
        #expect(lines.allSatisfy { !$0.contains("\u{1B}") && !$0.contains("\n") } && outcome.status == .noAnswer)
        #expect(lines.last == "EXPEND: 1 of 2 rigs answered")
        let step = RigProgress(rig: "a", event: .end, step: .failed(failure.reason), time: .seconds(12))
        #expect(RigsView.line(step, width: 3, style: .plain) == "a    failed    12 s  gone\\n")
    }
}
