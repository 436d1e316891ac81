import AcquisitionModel
import GatewayCore
import Testing

@testable import DareplaneGateway

@Suite struct CallbackRouterTests {
    private let router = CallbackRouter(
        modules: ["mod-a", "mod-b", "1a", "dp-ao-comm"].map {
            ModuleConfiguration(name: $0, address: ListenAddress(port: 1))
        }
    )

    private func route(_ payload: String, to module: String = "mod-b", _ name: String = "GO") throws -> String {
        let callback = Callback(module: module, name: name, payload: payload)
        return try router.message(for: callback) { $0 == "mod-a" ? nil : ["GO", "STOP"] }.text
    }

    @Test(arguments: [
        ("", "GO"), (" \r\n", "GO"), ("{}", "GO|{}"), (#"{"a":1}"#, #"GO|{"a":1}"#), ("21", "GO|21"), ("11", "GO|11"),
        ("hello", "GO|hello"),
        // What is no JSON, or would not arrive, is written anew.
        ("{'a': 'it', 'b': None}", #"GO|{"a": "it", "b": null}"#),
        (#"{"a":"x|y;z"}"#, #"GO|{"a": "x\u007cy\u003bz"}"#),
        (#"{"a":"é😀"}"#, #"GO|{"a": "\u00e9\ud83d\ude00"}"#),
        ("{\"a\":\n1}", #"GO|{"a": 1}"#),
    ])
    func `A payload arrives`(payload: String, expected: String) throws {
        #expect(try route(payload) == expected)
    }

    @Test(arguments: [
        (#"{"a": 1, "b": "x y"}"#, "GO|1|xy"), ("{'a': 1}", "GO|1"), ("", "GO"), ("{}", "GO"), ("1|2", "GO|1|2"),
    ])
    func `Alpha Omega gets values`(payload: String, expected: String) throws {
        #expect(try route(payload, to: "dp-ao-comm") == expected)
    }

    @Test(arguments: [
        ("mod-q", "GO", "{}", "There is no module 'mod-q'; did you mean mod-a?"),
        ("mod-b", "STP", "{}", "'mod-b' has no command 'STP'; did you mean STOP?"),
        ("mod-a", "GO", "{}", "is not connected"),
        ("mod-b", "GO", "{oops", "neither JSON nor a Python literal"),
        ("mod-b", "GO", "é", "is not ASCII"),
        ("mod-b", "GO", "a|b", "which end a command"),
        ("dp-ao-comm", "GO", "{broken", "neither JSON nor a Python literal"),
    ])
    func `What cannot be sent says why`(module: String, name: String, payload: String, words: String) {
        let error = #expect(throws: GatewayError.self) { try route(payload, to: module, name) }
        #expect(error?.message.contains(words) == true, "\(String(describing: error))")
    }

    @Test(arguments: [
        ("mod-a|STOP|{}", ["mod-b|GO|", "mod-a|STOP|{}"]),
        ("7mod-a|STOP|1a|GO|{}", ["mod-b|GO|7", "mod-a|STOP|", "1a|GO|{}"]),
        ("x|y", ["mod-b|GO|x|y"]),
        (#"{"a": "mod-a|STOP|{}"}"#, [#"mod-b|GO|{"a": "mod-a|STOP|{}"}"#]),
        ("|||||", ["mod-b|GO||||||"]), ("mod-a||{}", ["mod-b|GO|mod-a||{}"]),
        ("émod-a|STOP|", ["mod-b|GO|é", "mod-a|STOP|"]),
        ("mod-a|two words|{}", ["mod-b|GO|mod-a|two words|{}"]),
    ])
    func `Callbacks without anything between them are taken apart`(payload: String, expected: [String]) {
        let parts = router.separated(Callback(module: "mod-b", name: "GO", payload: payload))
        #expect(parts.map { "\($0.module)|\($0.name)|\($0.payload)" } == expected)
    }
}
