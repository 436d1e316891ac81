import AcquisitionModel
import GatewayCore
import Testing

@testable import DareplaneGateway

@Suite struct MacroMessageTests {
    private let modules = ["a", "dp-ao-comm-1"].map {
        ModuleConfiguration(name: $0, address: ListenAddress(port: 1))
    }
    private let macro = Macro(
        key: "m",
        defaults: ["stream_name": "x", "block": 1, "file": "$<stream_name>_$<block>"],
        steps: [
            Macro.Step(
                module: "a",
                command: "SET",
                keywords: [.init("path", from: "file"), .init("n", from: "block")]
            ),
            Macro.Step(
                module: "dp-ao-comm-1",
                command: "GO",
                keywords: [.init("n", from: "block"), .init("f", from: "file")]
            ),
            Macro.Step(module: "a", command: "START"),
        ]
    )

    @Test func `What is given takes the place of the defaults, and each module gets its own form`() throws {
        let texts = try macro.messages(["block": 2], modules: modules).map(\.text)
        #expect(texts == [#"SET|{"path": "x_2", "n": 2}"#, "GO|2|x_2", "START"])
    }

    @Test func `A parameter may come in the spelling of the RPC service`() throws {
        let texts = try macro.messages(["streamName": "y"], modules: modules).map(\.text)
        #expect(texts[0] == #"SET|{"path": "y_1", "n": 1}"#)
    }

    @Test(arguments: [
        (#"it's "so""#, #"SET|{"path": "it's \"so\"", "n": 1}"#),
        ("a;b|c", #"SET|{"path": "a\u003bb\u007cc", "n": 1}"#),
        ("é\n", #"SET|{"path": "\u00e9\n", "n": 1}"#),
    ])
    func `Every text is sent as valid JSON in ASCII`(text: String, expected: String) throws {
        var macro = macro
        macro.steps.remove(at: 1)
        let message = try macro.messages(["file": .string(text)], modules: modules)[0]
        #expect(message.text == expected)
        let payload = try JSONReader.read(#require(message.payload))
        #expect(payload["path"]?.string == text)
    }

    @Test(
        arguments: [
            (["blok": 1], "has no parameter 'blok'; did you mean block?"),
            (["file": "$<nothing>"], "There is no parameter 'nothing' for 'file'"),
            (["file": "$<file>"], "file -> file name each other"),
            (["file": "a|b"], "cannot be written in Alpha Omega's form"),
        ] as [(JSONObject, String)]
    )
    func `What is wrong is found before anything is sent`(parameters: JSONObject, words: String) {
        let error = #expect(throws: GatewayError.self) { try macro.messages(parameters, modules: modules) }
        #expect(error?.message.contains(words) == true, "\(String(describing: error))")
    }

    @Test func `A parameter without a value is missed before anything is sent`() {
        var macro = macro
        macro.steps.append(Macro.Step(module: "a", command: "GO", keywords: [.init("k", from: "later")]))
        #expect(throws: GatewayError.self) { try macro.messages(modules: modules) }
        #expect(throws: Never.self) { try macro.messages(["later": 1], modules: modules) }
    }

    @Test(
        arguments: [
            (.null, "None"), (true, "True"), (3, "3"), (3.0, "3.0"), (-1.5, "-1.5"), ("x", "x"),
            ([1, "a", .null], "[1, 'a', None]"), (["k": "it's"], #"{'k': "it's"}"#),
        ] as [(JSONValue, String)]
    )
    func `A parameter within a text is written as Python writes it`(value: JSONValue, text: String) {
        #expect(PythonText.of(value) == text)
    }
}
