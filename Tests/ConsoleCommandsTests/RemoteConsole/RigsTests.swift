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
            let file = try list([("away", away), ("bpod", one)], "echo_timeout = \"4s\"")
            let run = try await Tool.console(["rigs", "stop", "--immediately", "--rigs", file])
            #expect(run.status == 3 && run.out.contains("EXPINTERRUPT: 1 of 2 rigs answered"), "\(run.out)")
            #expect(run.out.contains("was not echoed within 4.0 seconds"), "\(run.out)")
            let json = try await Tool.console(["rigs", "stop", "--rigs", file, "--json"])
            #expect(try json.json().first?["failures"]?[0]?["error"] == "no-answer")
        }
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
