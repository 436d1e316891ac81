import GatewayCore
import LiaisonGateway
import Testing

/// Arguments by position and by name, and what is wrong with them in Python's words.
struct FunctionTests {
    struct Case: Sendable {
        let arguments: [JSONValue]
        var keywords: JSONObject = [:]
        let expected: String
    }

    private func companion() throws -> LiaisonCompanion {
        let companion = LiaisonCompanion()
        try companion.register(
            "rig.valve:open",
            .init("side", as: String.self),
            .init("milliseconds", default: 50),
            .init("note", default: String?.none)
        ) { side, milliseconds, note in "\(side) \(milliseconds) \(note ?? "-")" }
        try companion.register("rig.pair", .init("a", as: Int.self), .init("b", as: Int.self), .init("c", as: Int.self))
        {
            [$0, $1, $2]
        }
        try companion.register("rig.stop") {}
        try companion.register("rig.fail") { throw LiaisonError("HardwareError", "the valve is stuck") }
        return companion
    }

    private func run(_ name: String, _ arguments: [JSONValue], _ keywords: JSONObject = [:]) async throws -> String {
        let command = LiaisonCommand(.run, [.string(name)] + arguments, keywords: keywords)
        let reply = try await companion().answer(LiaisonRequest(command, id: 1))
        do { return try reply.get().description } catch { return "\(error)" }
    }

    @Test(arguments: [
        Case(arguments: ["left"], expected: #""left 50 -""#),
        Case(arguments: ["left", 7], expected: #""left 7 -""#),
        Case(arguments: ["left", 7.0, "x"], expected: #""left 7 x""#),
        Case(arguments: ["left", 7, nil], expected: #""left 7 -""#),
        Case(arguments: [], keywords: ["side": "right", "note": "y"], expected: #""right 50 y""#),
        Case(arguments: [], expected: "TypeError: open() missing 1 required positional argument: 'side'"),
        Case(
            arguments: ["left", 1, "n", 4],
            expected: "TypeError: open() takes from 1 to 3 positional arguments but 4 were given"
        ),
        Case(
            arguments: ["left"],
            keywords: ["side": "right"],
            expected: "TypeError: open() got multiple values for argument 'side'"
        ),
        Case(
            arguments: ["left"],
            keywords: ["speed": 1],
            expected: "TypeError: open() got an unexpected keyword argument 'speed'"
        ),
        Case(arguments: ["left", "7"], expected: "TypeError: open(): 'milliseconds' must be int, not str"),
        Case(arguments: ["left", 7.5], expected: "TypeError: open(): 'milliseconds' must be int, not float"),
        Case(arguments: ["left", 7, 3], expected: "TypeError: open(): 'note' must be str or None, not int"),
    ])
    func argumentsComeToTheirParameters(_ given: Case) async throws {
        #expect(try await run("rig.valve.open", given.arguments, given.keywords) == given.expected)
    }

    @Test func severalAreMissed() async throws {
        let all = "TypeError: pair() missing 3 required positional arguments: 'a', 'b', and 'c'"
        #expect(try await run("rig.pair", []) == all)
        let two = "TypeError: pair() missing 2 required positional arguments: 'a' and 'c'"
        #expect(try await run("rig.pair", [], ["b": 1]) == two)
        #expect(try await run("rig.pair", [1, 2, 3]) == "[1,2,3]")
        #expect(try await run("rig.stop", [1]) == "TypeError: stop() takes 0 positional arguments but 1 was given")
    }

    @Test func nothingIsNull() async throws {
        #expect(try await run("rig.stop", []) == "null")
        #expect(try await run("rig.fail", []) == "HardwareError: the valve is stuck")
    }
}
