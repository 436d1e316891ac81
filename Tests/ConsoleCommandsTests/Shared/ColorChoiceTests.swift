import Testing

@testable import ConsoleCommands

struct ColorChoiceTests {
    @Test(
        arguments: [
            (ColorChoice.auto, [:], true), (.auto, ["NO_COLOR": "1"], false), (.auto, ["NO_COLOR": ""], true),
            (.auto, ["TERM": "dumb"], false), (.auto, ["TERM": "dumb", "FORCE_COLOR": "1"], true),
            (.auto, ["FORCE_COLOR": "0"], false), (.auto, ["FORCE_COLOR": "1", "NO_COLOR": "1"], false),
            (.always, ["NO_COLOR": "1"], true), (.never, ["FORCE_COLOR": "1"], false),
        ] as [(ColorChoice, [String: String], Bool)]
    )
    func decidesOnATerminal(_ choice: ColorChoice, _ environment: [String: String], _ isColored: Bool) {
        #expect(choice.isColored(isTerminal: true, environment: environment) == isColored)
    }

    @Test(arguments: ColorChoice.allCases)
    func isNeverInAPipe(_ choice: ColorChoice) {
        #expect(!choice.isColored(isTerminal: false, environment: ["FORCE_COLOR": "1"]))
    }
}
