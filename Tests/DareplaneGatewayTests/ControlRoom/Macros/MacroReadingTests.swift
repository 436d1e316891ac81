import AcquisitionModel
import GatewayCore
import GatewayTOML
import Testing

@testable import DareplaneGateway

@Suite struct MacroReadingTests {
    private static let modules = """
        [modules.a]
        kind = "conn_only"
        ip = "127.0.0.1"
        port = 1
        [modules.b]
        kind = "conn_only"
        ip = "127.0.0.1"
        port = 2

        """

    private static func read(_ text: String) throws -> ControlRoomConfiguration {
        try ControlRoomConfiguration(reading: TOMLDocument.table(of: modules + text))
    }

    @Test func `A macro keeps its commands in the order of the file`() throws {
        let configuration = try Self.read(
            """
            [macros.globals]
            sleep_s = 0.25
            [macros.start]
            name = "START ALL"
            description = "both at once"
            delay_s = 1.5
            [macros.start.default_json]
            rate = 250
            name = "block_$<rate>"
            [macros.start.cmds]
            z = ["b", "SET", "file=name", "hz=rate"]
            a = ["a", "START"]
            """
        )
        let macro = Macro(
            key: "start",
            name: "START ALL",
            description: "both at once",
            delay: .milliseconds(1500),
            defaults: ["rate": 250, "name": "block_$<rate>"],
            steps: [
                Macro.Step(
                    module: "b",
                    command: "SET",
                    keywords: [.init("file", from: "name"), .init("hz", from: "rate")]
                ),
                Macro.Step(module: "a", command: "START"),
            ]
        )
        #expect(configuration.macros == [macro])
        #expect(configuration.macroPause == .milliseconds(250))
        #expect(macro.parameters == ["rate", "name"])
    }

    @Test(arguments: [
        #"'{"on": true, "name": "x"}'"#, #""{'on': True, 'name': 'x'}""#, #"{ on = true, name = "x" }"#,
    ])
    func `The defaults are a table, JSON, or a Python literal`(text: String) throws {
        let configuration = try Self.read(
            "[macros.m]\ndefault_json = \(text)\n[macros.m.cmds]\nc = ['a', 'GO', 'on=on', 'n=name']"
        )
        #expect(configuration.macros[0].defaults == ["on": true, "name": "x"])
    }

    @Test(arguments: [
        ("default_json = '[1]'", "must hold an object"),
        ("default_json = '{on: 1}'", "neither JSON nor a Python literal"),
        ("default_json = 3", "must be a table"),
        ("default_json = { p = 'x$<q>', q = '$<p>' }", "name each other"),
        ("default_json = { p = 'x$<qq>' }", "There is no parameter 'qq' for 'p'"),
    ])
    func `A mistake in the defaults`(text: String, words: String) throws {
        let error = try #require(throws: ConfigurationErrors.self) {
            try Self.read("[macros.m]\n\(text)\n[macros.m.cmds]\nc = ['a', 'GO', 'p=p']")
        }
        #expect(error.problems.count == 1)
        #expect(error.problems[0].line == 10)
        #expect(error.description.contains(words), "\(error)")
    }
}
