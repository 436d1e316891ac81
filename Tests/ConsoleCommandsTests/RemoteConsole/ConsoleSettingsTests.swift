import AcquisitionModel
import ArgumentParser
import Foundation
import Testing

@testable import ConsoleCommands

struct ConsoleSettingsTests {
    private func settings(
        _ arguments: [String] = [],
        _ environment: [String: String] = [:],
        file: JSONObject? = nil
    ) throws -> ConsoleSettings {
        let file = file.map { ConfigurationFile(path: "/f.json", members: $0) }
        return try ConsoleSettings(
            ConnectionOptions.parse(arguments),
            SettingsSources(environment: environment, file: file)
        )
    }

    @Test func flagThenEnvironmentThenFileThenDefault() throws {
        let environment = ["ACQUISITION_HOST": "e", "ACQUISITION_TIMEOUT": "2s"]
        let file: JSONObject = ["host": "f", "timeout": "3s", "commandPort": 77, "other": 1]
        let found = try settings(["--host", "flag"], environment, file: file)
        #expect(found.host.value == "flag")
        #expect(found.host.source == .flag("--host"))
        #expect(found.timeout.value.duration == .seconds(2))
        #expect(found.timeout.source == .environment("ACQUISITION_TIMEOUT"))
        #expect(found.commandPort.value == 77)
        #expect(found.commandPort.source == .file("/f.json"))
        #expect(found.subscriberPort.value == 5556)
        #expect(found.subscriberPort.source == .standard)
        #expect(found.unknownKeys == ["other"])
        #expect(found.commandEndpoint == "tcp://flag:77")
    }

    @Test func anEmptyVariableIsNone() throws {
        #expect(try settings([], ["ACQUISITION_HOST": ""]).host.source == .standard)
    }

    @Test(
        arguments: [
            (["ACQUISITION_COMMAND_PORT": "x"], nil), (["ACQUISITION_TIMEOUT": "soon"], nil),
            (["ACQUISITION_DIALECT": "old"], nil), ([:], ["commandPort": 70_000]), ([:], ["color": true]),
        ] as [([String: String], JSONObject?)]
    )
    func whatCannotBeUnderstoodIsWrongUsage(_ environment: [String: String], _ file: JSONObject?) throws {
        let error = #expect(throws: CommandFailure.self) { try settings([], environment, file: file) }
        #expect(error?.status == .usage)
    }

    @Test func addressesOfVersion6GoIntoBrackets() throws {
        #expect(try settings(["--host", "::1"]).commandEndpoint == "tcp://[::1]:5557")
    }

    @Test func theFileIsFoundInTheConfigurationFolder() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        let own = folder.appending(path: "acquisition-rpc")
        try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(#"{"host":"h"}"#.utf8).write(to: own.appending(path: "remote-console.json"))
        let environment = ["XDG_CONFIG_HOME": folder.path]
        #expect(try ConsoleSettings(ConnectionOptions.parse([]), environment: environment).host.value == "h")
        try Data("[".utf8).write(to: own.appending(path: "remote-console.json"))
        #expect(throws: CommandFailure.self) {
            try ConsoleSettings(ConnectionOptions.parse([]), environment: environment)
        }
        #expect(throws: CommandFailure.self) {
            try ConsoleSettings(ConnectionOptions.parse(["--config", "/nonexistent"]), environment: [:])
        }
    }
}
