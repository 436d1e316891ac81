import AcquisitionModel
import Foundation
import Testing

/// Literals of JSON with variables in them.
struct JSONConvertibleTests {
    private enum Side: String, JSONConvertible { case left, right }
    private enum Gate: Int, JSONConvertible { case first = 1 }
    private struct Point: JSONConvertible {
        var x: Double
        var jsonValue: JSONValue { ["x": x] }
    }

    private let name = "left"
    private let count = 3
    private let position = 2.5
    private let isOpen = true
    private let note: String? = nil
    private let limit: Int? = 7

    private func check(_ value: JSONValue, _ text: String, at location: SourceLocation = #_sourceLocation) {
        #expect(value.description == text, sourceLocation: location)
    }

    @Test func takesVariables() {
        check(["n": name], #"{"n":"left"}"#)
        check([name, count, position, isOpen, note, limit], #"["left",3,2.5,true,null,7]"#)
        check(["a": count + 1, "b": position * 2, "c": "\(name)-\(count)"], #"{"a":4,"b":5.0,"c":"left-3"}"#)
        check(["d": note ?? "none", "e": isOpen ? name : "x", "f": note], #"{"d":"none","e":"left","f":null}"#)
    }

    @Test func takesThemAtAnyDepthBesideLiterals() {
        check(
            ["z": 1, "o": ["b": name, "a": [1, "x", ["deep": limit, "none": nil]], "c": -1.5], "n": nil],
            #"{"z":1,"o":{"b":"left","a":[1,"x",{"deep":7,"none":null}],"c":-1.5},"n":null}"#
        )
        check([[], [:], [[name]], ["": [nil]]], #"[[],{},[["left"]],{"":[null]}]"#)
        check(
            ["a": .null, "b": .string(name), "c": .array([1]), "d": [.bool(true)]],
            #"{"a":null,"b":"left","c":[1],"d":[true]}"#
        )
    }

    @Test func keepsTheOrderOfTheKeys() {
        let value: JSONValue = ["o": ["k9": 1, "k1": 2, "k5": ["z": name, "y": 1, "x": 2, "w": 3, "v": 4, "u": 5]]]
        check(value, #"{"o":{"k9":1,"k1":2,"k5":{"z":"left","y":1,"x":2,"w":3,"v":4,"u":5}}}"#)
        // The same key again, as far as the compiler cannot see it.
        let key = "a"
        check([key: 1, "b": 2, "a": 3], #"{"a":3,"b":2}"#)
        check(["o": ["\(key)": 1, "b": 2, "a": 3]], #"{"o":{"a":3,"b":2}}"#)
    }

    @Test func takesOtherTypes() throws {
        let id = try #require(UUID(uuidString: "0102ABCD-0000-0000-0000-000000000001"))
        check(
            ["side": Side.left, "gate": Gate.first, "point": Point(x: 1)],
            #"{"side":"left","gate":1,"point":{"x":1.0}}"#
        )
        check(
            ["id": id, "mode": ApiApplicationMode.running],
            #"{"id":"0102abcd-0000-0000-0000-000000000001","mode":1000}"#.replacing(
                "1000",
                with: "\(ApiApplicationMode.running.rawValue)"
            )
        )
        check(
            [UInt8.max, Int16.min, UInt64.max, Int64.min, Float(0.1)],
            "[255,-32768,18446744073709551615,-9223372036854775808,0.1]"
        )
        check([name.prefix(2), Double.nan, Double.infinity], #"["le",null,null]"#)
        let object: JSONObject = ["n": name, "o": ["a": count]]
        check(
            ["object": object, "value": JSONValue.object(object)["n"]],
            #"{"object":{"n":"left","o":{"a":3}},"value":"left"}"#
        )
        check(JSONValue.object(["event": name]), #"{"event":"left"}"#)
    }

    @Test func listsAndDictionariesAreConverted() {
        let positions = [1.5, 2], names: Set = ["a"], table = [[1, 2], [3]], counts = ["b": 1, "a": 2]
        check(["positions": JSONValue(positions)], #"{"positions":[1.5,2.0]}"#)
        check(["names": JSONValue(names), "table": JSONValue(table)], #"{"names":["a"],"table":[[1,2],[3]]}"#)
        check(["counts": JSONValue(counts), "range": JSONValue(1...3)], #"{"counts":{"a":2,"b":1},"range":[1,2,3]}"#)
        check(
            ["sides": JSONValue([Side.left, .right]), "some": JSONValue([limit, nil])],
            #"{"sides":["left","right"],"some":[7,null]}"#
        )
        check(JSONValue(limit), "7")
    }

    @Test func aFreeContextTakesThem() throws {
        let context: FreeContext = ["step_name": name, "steps": [count, nil]]
        #expect(try context.json() == ["stepName": "left", "steps": [3, nil]])
    }
}
