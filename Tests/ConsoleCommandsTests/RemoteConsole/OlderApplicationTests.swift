import AcquisitionModel
import Testing

@testable import ConsoleCommands

/// Commands in the forms that older applications know.
@Suite(.timeLimit(.minutes(2)))
struct OlderApplicationTests {
    private func reply(_ command: ApiCommand, _ result: ApiCommandRequestResult) throws -> ApiCommandReply {
        try ApiCommandReply(
            json: [
                "nonce": 1, "command": JSONValue(command.rawValue), "result": JSONValue(result.rawValue), "data": .null,
            ]
        )
    }

    @Test(
        arguments: [
            // A program of 0.9.21 or later that does not do it; one that does not know the number; one that does it.
            (ApiCommand.setApplicationMode, ApiCommandRequestResult.unrecognized, 50), (.userDefined, .success, 100),
            (.userDefined, .unrecognized, 100), (.setApplicationMode, .failed, nil),
            (.setApplicationMode, .success, nil),
        ] as [(ApiCommand, ApiCommandRequestResult, Int?)]
    )
    func start(_ answered: ApiCommand, _ result: ApiCommandRequestResult, _ next: Int?) throws {
        var forms = CommandForms.running(true, in: .current)
        #expect(forms.form.command == .setApplicationMode)
        #expect(try forms.moveOn(after: reply(answered, result)) == (next != nil))
        #expect(forms.form.command.rawValue == next ?? 120)
        // There is nothing older.
        if next != nil { #expect(try !forms.moveOn(after: reply(forms.form.command, .unrecognized))) }
    }

    @Test(arguments: [
        ("0.9.17", true), ("0.9.20", true), ("0.9.21", false), ("0.11.0", false), ("1.0.0", false), ("x", false),
    ])
    func theReleaseIsBelieved(_ release: String, _ hasFirstNumbers: Bool) {
        let forms = CommandForms.running(true, in: .current, release: release)
        #expect(forms.form.command.rawValue == (hasFirstNumbers ? 100 : 120))
    }

    @Test func allForms() throws {
        var stop = CommandForms.running(false, in: .current)
        #expect(try stop.moveOn(after: reply(.setApplicationMode, .unrecognized)))
        #expect(stop.form.command == .stopAcquisition)
        var legacy = CommandForms.running(false, in: .legacy)
        #expect(legacy.form.command == ApiCommand.Legacy.stopAcquisition)
        #expect(try !legacy.moveOn(after: reply(ApiCommand.Legacy.stopAcquisition, .unrecognized)))
        for (isStop, number) in [(true, 130), (false, 135)] {
            var emergency = CommandForms.emergency(stop: isStop)
            // 130 means something else from 0.9.21 on: only where 200 is not known.
            #expect(try !emergency.moveOn(after: reply(emergency.form.command, .unrecognized)))
            #expect(try emergency.moveOn(after: reply(.userDefined, .success)))
            #expect(emergency.form.command.rawValue == number)
        }
    }

    @Test func againstAnApplicationThatKnowsTheObsoleteCommandsOnly() async throws {
        let peer = try await PythonService.start("current", script: "reachaq_like.py")
        defer { peer.end() }
        let start = try await Tool.console(peer.connection + ["start"])
        #expect(start.status == 0, "\(start.err)")
        #expect(start.err.contains("startAcquisition (50) was understood"), "\(start.err)")
        #expect(start.out.contains("start: success"), "\(start.out)")
        let status = try await Tool.console(peer.connection + ["status", "--json"])
        #expect(try status.json()[0]["data"]?["acquisitionState"] == "acquiring")
        let stop = try await Tool.console(peer.connection + ["stop", "--json"])
        #expect(stop.status == 0, "\(stop.err)")
        #expect(try stop.json()[0]["command"] == 55)
        let said = try stop.err.split(separator: "\n").map { try JSONReader.read(String($0))["message"]?.string ?? "" }
        #expect(said.contains { $0.contains("stopAcquisition (55) was understood") }, "\(stop.err)")
        let emergency = try await Tool.console(peer.connection + ["emergency", "stop", "--json"])
        #expect(try emergency.json()[0]["data"]?["reason"] == "RpcService")
        let resume = try await Tool.console(peer.connection + ["emergency", "resume"])
        #expect(resume.status == 1)
        let mode = try await Tool.console(peer.connection + ["mode", "running"])
        #expect(mode.status == 1)
        #expect(mode.err.contains("'start' and 'stop'"), "\(mode.err)")
    }
}
