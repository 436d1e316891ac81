import AcquisitionModel
import Testing

/// Free data: keys go out in camelCase, values stay as they are.
struct FreeContextTests {
    @Test func convertsKeysOnlyOnTheWayOut() throws {
        let context: FreeContext = ["step_name": "snake_Value x", "steps": [["in_ner": nil], "a_b"], "UPPER_KEY": 1]
        let text = #"{"stepName":"snake_Value x","steps":[{"inNer":null},"a_b"],"UPPER_KEY":1}"#
        #expect(String(decoding: try context.encoded(), as: UTF8.self) == text)
        #expect(try FreeContext(json: ["step_name": 1]).object == ["step_name": 1])
        #expect(try FreeContext(json: nil) == nil)
        #expect(try (nil as FreeContext).json() == .null)
    }

    @Test func propertiesHaveFreeValues() throws {
        let context = PropertyChangedContext(target: 1, name: "some_name", newValue: ["a_b": ["c_d"]], oldValue: nil)
        let text = #"{"target":1,"name":"some_name","newValue":{"aB":["c_d"]},"oldValue":null}"#
        #expect(String(decoding: try context.encoded(), as: UTF8.self) == text)
        #expect(try PropertyChangedContext(json: JSONReader.read(text)).newValue == ["aB": ["c_d"]])
    }

    @Test func theDaysFolderIsLeftOutWhereThereIsNone() throws {
        #expect(try DayStartedContext(date: 1).json().description == #"{"date":1.0}"#)
        #expect(try DayStartedContext(date: 1, dayPath: "p").json().description == #"{"date":1.0,"dayPath":"p"}"#)
        #expect(try DayStartedContext(json: ["date": 1, "dayPath": nil]).dayPath == nil)
    }
}
