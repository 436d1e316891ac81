import GatewayCore
import Testing

@Suite struct TemplateTests {
    private let arguments: JSONValue = ["name": "m1", "count": 3, "nested": ["deep": [true, 1.5]], "with_snake": 1]

    @Test(
        arguments: [
            ("$name", "m1"), ("$count", 3), ("$nested.deep.1", 1.5), ("a-$name-$count.", "a-m1-3."),
            ("$$name", "$name"),
            ("$", "$"), ("$withSnake", 1), ("$*", ["x": 1]), (["a": ["$count"]], ["a": [3]]), (7, 7),
        ] as [(JSONValue, JSONValue)]
    )
    func argumentsAreFilledIn(_ template: JSONValue, _ expected: JSONValue) throws {
        let arguments = template == "$*" ? ["x": 1] : arguments
        #expect(try Template.fill(template, with: arguments) == expected)
    }

    @Test func anArgumentThatIsMissingIsNamed() {
        let error = #expect(throws: GatewayError.self) { try Template.fill(["a": "x $who"], with: arguments) }
        #expect(error?.description.contains("'who'") == true)
        #expect(throws: GatewayError.self) { try Template.fill("$nested.deep.9", with: arguments) }
    }

    @Test func textIsWrittenAsPythonDoes() {
        let value: JSONValue = ["a": [1, 2.5, nil, true], "b\n": "é\u{1F600}\u{7f}/\"\\"]
        #expect(value.pythonText == #"{"a": [1, 2.5, null, true], "b\n": "\u00e9\ud83d\ude00\u007f/\"\\"}"#)
    }

    @Test func anEventBecomesAMessage() throws {
        let rule = EventRule(
            .trialStarted,
            where: ["phase": 2],
            target: "module-1",
            name: "START",
            data: ["file": "trial-$trial.xdf", "kind": "$kind"]
        )
        let event = ApiEvent(kind: .trialStarted, index: 5, context: ["phase": 2, "trial": 7])
        #expect(try rule.data(for: event, dialect: .current) == ["file": "trial-7.xdf", "kind": "trialStarted"])
        var other = event
        other.context = ["phase": 3, "trial": 7]
        #expect(try rule.data(for: other, dialect: .current) == nil)
        other.context = ["phase": 2]
        #expect(throws: GatewayError.self) { try rule.data(for: other, dialect: .current) }
    }
}
