import AcquisitionModel
import Testing

struct JSONValueTests {
    @Test func readsAsWhatItIs() {
        #expect((101.0 as JSONValue).int == 101)
        #expect((101.5 as JSONValue).int == nil)
        #expect((7 as JSONValue).double == 7)
        #expect((true as JSONValue).int == nil)
        #expect((1 as JSONValue).bool == nil)
        #expect(("x" as JSONValue).string == "x")
        #expect((["a": [1, 2]] as JSONValue)["a"]?[1] == 2)
        #expect((["a": [1, 2]] as JSONValue)["a"]?[2] == nil)
        #expect(([1] as JSONValue)["a"] == nil)
        #expect(BigNumber("1e400").map { JSONValue.bigNumber($0).double } == .some(.infinity))
    }

    @Test(
        arguments: [
            (.null, "null"), (true, "a boolean"), (1, "a number"), (1.5, "a number"), ("x", "text"), ([], "a list"),
            ([:], "an object"),
        ] as [(JSONValue, String)]
    )
    func saysWhatItIs(_ value: JSONValue, _ words: String) {
        #expect(value.kindInWords == words)
    }

    @Test func bigNumbersAreNumbers() {
        #expect(BigNumber("12")?.text == "12")
        #expect(BigNumber("twelve") == nil)
        #expect(BigNumber("\"12\"") == nil)
        #expect(BigNumber("01") == nil)
        #expect(BigNumber("") == nil)
        #expect(BigNumber(" 12") == nil)
    }

    @Test(
        arguments: [
            (["a": [1, "x"]], "Expected an integer, found text in 'a[1]' (rule: type)"),
            (["a": 1], "Expected a list, found a number in 'a' (rule: type)"),
            (["b": 1], "The key is missing in 'a' (rule: missing-key)"),
        ] as [(JSONObject, String)]
    )
    func readingSaysWhatWasExpectedAndWhere(_ object: JSONObject, _ sentence: String) {
        let error = #expect(throws: WireError.self) { try object.read("a", as: [Int].self) }
        #expect(error?.description == sentence)
    }

    @Test func readingKnowsNullAndDefaults() throws {
        let object: JSONObject = ["none": nil, "number": 1]
        #expect(try object.read("none", as: Int?.self) == nil)
        #expect(try object.read("number", as: Int?.self) == 1)
        #expect(try object.read("none", as: Double.self).isNaN)
        #expect(try object.read("absent", default: 7) == 7)
        #expect((#expect(throws: WireError.self) { try object.read("none", default: 7) })?.rule == .type)
    }
}
