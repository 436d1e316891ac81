import AcquisitionModel
import AcquisitionRPC
import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import ConsoleCommands

/// Names of the lab's own.
struct DefinitionTests {
    @Test(arguments: [
        ("openValve=90002", "openValve=90002"), ("command:openValve=90002", "openValve=90002"),
        ("event:valveOpened=90001", "event:valveOpened=90001"), ("topic:camera=7001", "topic:camera=7001"),
    ])
    func isRead(_ text: String, _ same: String) throws {
        #expect(try Definition.parse(text).description == same)
    }

    @Test(arguments: [
        ("openValve", "NAME=NUMBER"), ("=1", "is no name"), ("a b=70000", "is no name"), ("1a=70000", "is no name"),
        ("a=x", "is no number"), ("a=-1", "is no number"), ("a=0", "is no number"), ("thing:a=1", "none of command"),
        ("a=400", "the number of getStatus"), ("a=99999", "the number of userDefined"),
        ("getStatus=70000", "a name of the protocol's"),
        ("a=100", "the number of startAcquisition"), ("topic:a=4294967296", "4294967295"),
        ("event:a=201", "the number of"),
    ])
    func isRefused(_ text: String, _ reason: String) {
        do {
            _ = try Definition.parse(text)
            Issue.record("'\(text)' is taken")
        } catch {
            #expect("\(error)".contains(reason), "\(error)")
        }
    }

    @Test func theCommandLineThenTheEnvironmentThenTheFile() throws {
        let file = ConfigurationFile(path: "/f.json", members: ["define": ["one": 70_001, "event:two": 70_002]])
        let sources = SettingsSources(environment: ["ACQUISITION_DEFINE": "one=70003,topic:three=70004"], file: file)
        let settings = try ConsoleSettings(ConnectionOptions.parse(["--define", "one=70005"]), sources)
        #expect(
            settings.definitions.map { "\($0.value)" } == [
                "one=70001", "event:two=70002", "one=70003", "topic:three=70004", "one=70005",
            ]
        )
        #expect(settings.unknownKeys.isEmpty)
        for members in [["define": 1], ["define": ["one": "x"]], ["define": ["a b": 70_001]]] as [JSONObject] {
            let wrong = SettingsSources(environment: [:], file: ConfigurationFile(path: "/f.json", members: members))
            let error = #expect(throws: CommandFailure.self) { try ConsoleSettings(ConnectionOptions.parse([]), wrong) }
            #expect(error?.message.contains("'define' in /f.json") == true)
        }
    }

    @Test func areUnderstoodAndShown() async throws {
        let (service, connection) = try SwiftService.start { request in
            .success(["number": JSONValue(request.number?.rawValue ?? 0)])
        }
        let folder = try TemporaryFolder()
        let config = try folder.write("c.json", #"{"define": {"closeValve": 90003}}"#)
        let flags = connection + ["--define", "openValve=90002", "--config", config]
        let sent = try await Tool.console(flags + ["send", "OPEN_VALVE", "--json"])
        #expect(try sent.json()[0]["data"]?["number"] == 90_002, "\(sent.err)")
        let inALine = try await Tool.console(flags, input: "send closeV\n")
        #expect(inALine.out.contains("closeValve: success"), "\(inALine.out)\(inALine.err)")
        let near = try await Tool.console(flags + ["send", "opneValve"])
        #expect(near.status == 64)
        #expect(near.err.contains("Did you mean: openValve"), "\(near.err)")
        await service.stop()
    }

    @Test func areCompletedByAShellAndAtThePrompt() async throws {
        let words = ["remote-console", "--define", "openValve=90002", "send", ""]
        let shell = try await Tool.console(["---completion", "send", "--", "positional@0", "4", "0"] + words)
        let names = shell.out.split(separator: "\n").map(String.init)
        #expect(names.contains("openValve") && names.contains("getStatus"), "\(shell)")
        let kinds = CompletedNames.kinds(["events", "--define=event:valveOpened=90001", "--kind", ""], 3, "")
        #expect(kinds.contains("valveOpened") && kinds.contains("trialStarted"))
        let prompted = PromptCompletion.candidates(after: "events on --kind ", dialect: .current)
        #expect(prompted.contains("valveOpened"))
    }
}
