@testable import AcquisitionModel
import Testing

struct JSONWriterTests {
    @Test(
        arguments: [
            (.null, "null"), (true, "true"), (false, "false"), (0, "0"), (-1, "-1"),
            (.integer(.max), "9223372036854775807"), (.integer(.min), "-9223372036854775808"),
            (0.1, "0.1"), (1.0, "1.0"), (.number(-0.0), "-0.0"), (1e-7, "1e-07"), (1e16, "1e+16"),
            (1_735_787_045.0, "1735787045.0"),
            (.number(.nan), "null"), (.number(.infinity), "null"), (.number(-.infinity), "null"),
            (.number(.greatestFiniteMagnitude), "1.7976931348623157e+308"), (.number(.leastNonzeroMagnitude), "5e-324"),
            ("a\"b\\c/", #""a\"b\\c/""#), ("\u{8}\t\n\u{C}\r", #""\b\t\n\f\r""#),
            ("\0\u{1F}\u{1B}", #""\u0000\u001f\u001b""#),
            ("\u{7F}é😀\u{2028}", "\"\u{7F}é😀\u{2028}\""),
            ([], "[]"), ([1, [], [[2]]], "[1,[],[[2]]]"), ([:], "{}"),
            (["b": 1, "a": [:], "\"": ["c": nil]], #"{"b":1,"a":{},"\"":{"c":null}}"#),
        ] as [(JSONValue, String)]
    )
    func writes(_ value: JSONValue, as text: String) throws {
        #expect(String(decoding: try value.encoded(), as: UTF8.self) == text)
    }

    @Test func writesIntegersOfEveryWidth() throws {
        var writer = JSONWriter()
        writer.array {
            $0.write(UInt8.max)
            $0.write(Int16.min)
            $0.write(UInt64.max)
            $0.write(Int128.min)
        }
        let expected = "[255,-32768,18446744073709551615,-170141183460469231731687303715884105728]"
        let text = String(decoding: try writer.finish(), as: UTF8.self)
        #expect(text == expected)
    }

    @Test func keepsTheOrderInWhichFieldsAreGiven() throws {
        var writer = JSONWriter()
        writer.object {
            $0.field("z", 1)
            $0.field("a", "x")
            $0.field("list", [true, false])
            $0.field(named: "key \"1\"", Double.nan)
        }
        let text = String(decoding: try writer.finish(), as: UTF8.self)
        #expect(
            text
                == #"{"z":1,"a":"x","list":[true,false],"key \"1\"":null}"#
        )
    }

    @Test func writesTheSecondLayer() throws {
        var writer = JSONWriter()
        var inner = JSONWriter()
        inner.object { $0.field("a", "b\n") }
        writer.writeString(holding: inner)
        let text = String(decoding: try writer.finish(), as: UTF8.self)
        #expect(text == #""{\"a\":\"b\\n\"}""#)
    }

    @Test func refusesWhatIsTooDeepOrTooLarge() {
        let nested = { (depth: Int) in (1..<depth).reduce([] as JSONValue) { value, _ in [value] } }
        #expect(throws: Never.self) { try nested(64).encoded() }
        #expect((#expect(throws: WireError.self) { try nested(65).encoded() })?.rule == .depth)
        #expect(throws: Never.self) { try ("12" as JSONValue).encoded(limits: WireLimits(size: 4)) }
        #expect(
            (#expect(throws: WireError.self) { try ("123" as JSONValue).encoded(limits: WireLimits(size: 4)) })?.rule
                == .size
        )
    }

    @Test func theFirstRefusalCountsUntilTheWriterIsEmptied() throws {
        var writer = JSONWriter()
        writer.write(1)
        writer.refuse(WireError(.type, "first"))
        writer.refuse(WireError(.type, "second"))
        #expect(failure(of: writer)?.message == "first")
        writer.removeAll()
        writer.write(2)
        let bytes = try writer.finish()
        #expect(bytes == Array("2".utf8))
    }

    @Test func aValueOfAnyDepthIsRefusedAndNotFollowed() {
        var deep = JSONValue.null
        for _ in 0..<2_000 { deep = [deep] }
        var writer = JSONWriter()
        deep.encode(to: &writer)
        #expect(failure(of: writer) != nil)
        #expect(writer.count < 200)
    }

    private func failure(of writer: borrowing JSONWriter) -> WireError? {
        do throws(WireError) {
            _ = try writer.finish()
            return nil
        } catch {
            return error
        }
    }
}
