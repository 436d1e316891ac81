import AcquisitionModel
import TestSupport
import Testing

/// What ``JSONReader`` accepts and refuses, after RFC 8259.
struct JSONReaderTests {
    @Test(
        arguments: [
            ("null", .null), ("true", true), ("false", false), (" \t\r\n 1 \n", 1),
            ("0", 0), ("-0", 0), ("-7", -7), ("12.5", 12.5), ("1e3", 1000.0), ("1E+3", 1000.0), ("25e-2", 0.25),
            ("5e-324", .number(.leastNonzeroMagnitude)), ("1e-400", .number(0)),
            ("\"\"", ""), ("\"a b\"", "a b"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
            (#""\u00e9\u00E9""#, "éé"), (#""\ud83d\ude00\uD83D\uDE00""#, "😀😀"), (#""\u0000""#, "\0"),
            ("\"\u{7F}é😀\"", "\u{7F}é😀"),
            ("[]", []), ("[ ]", []), ("[1,[2,[]],\"x\"]", [1, [2, []], "x"]), ("{}", [:]), ("{ }", [:]),
            (#"{"a":{"b":[null]},"":0}"#, ["a": ["b": [nil]], "": 0]),
        ] as [(String, JSONValue)]
    )
    func accepts(_ text: String, as expected: JSONValue) throws {
        #expect(try JSONReader.read(text) == expected)
    }

    @Test(
        arguments: [
            ("", 0), (" ", 1), ("nul", 0), ("tru", 0), ("TRUE", 0), ("None", 0), ("NaN", 0), ("Infinity", 0),
            ("-Infinity", 1),
            ("'a'", 0), ("\u{FEFF}1", 0), ("1\0", 1), ("1 2", 2), ("[1]]", 3), ("/*x*/1", 0), ("4 00", 2),
            ("01", 1), ("-01", 2), ("-", 1), ("+1", 0), (".5", 0), ("1.", 2), ("1.e2", 2), ("1e", 2), ("1e+", 3),
            ("0x1", 1),
            ("[", 1), ("[1", 2), ("[1,]", 3), ("[,1]", 1), ("[1 2]", 3), ("[1}", 2),
            ("{", 1), ("{a:1}", 1), ("{'a':1}", 1), (#"{"a"}"#, 4), (#"{"a":}"#, 5), (#"{"a":1,}"#, 7), (#"{"a":1"#, 6),
            (#"{"a" 1}"#, 5), ("{1:2}", 1), (#"{"a":1]"#, 6),
            ("\"abc", 4), ("\"\u{1}\"", 1), ("\"a\nb\"", 2), (#""\x""#, 1), (#""\u12g4""#, 5), (#""\u12"#, 5),
            (#""\"#, 1),
        ] as [(String, Int)]
    )
    func refusesBySyntax(_ text: String, at offset: Int) {
        let error = #expect(throws: WireError.self) { try JSONReader.read(text) }
        #expect(error?.rule == .syntax)
        #expect(error?.offset == offset)
    }

    @Test(arguments: [#""\ud800""#, #""\udc00""#, #""\ud800\u0041""#, #""\ud800\ud800""#, #""\ud800x""#])
    func refusesHalfASurrogatePair(_ text: String) {
        let error = #expect(throws: WireError.self) { try JSONReader.read(text) }
        #expect(error?.rule == .encoding)
        #expect(error?.offset == 1)
    }

    /// A stray byte, a truncated sequence, an overlong form, a surrogate, a number beyond Unicode.
    @Test(arguments: [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]] as [[UInt8]])
    func refusesWhatIsNotUTF8(_ bad: [UInt8]) {
        let error = #expect(throws: WireError.self) {
            try JSONReader.read(Array("{\"key\":\"é".utf8) + bad + Array("\"}".utf8))
        }
        #expect(error?.rule == .encoding)
        #expect(error?.offset == 10)
        #expect(error?.path == "key")
    }

    @Test func namesThePlaceOfARefusal() {
        let error = #expect(throws: WireError.self) { try JSONReader.read(#"{"data":[0,{"x":[tru]}]}"#) }
        #expect(error?.path == "data[1].x[0]")
        #expect(error?.offset == 17)
        #expect(error?.description == "Expected a value, but 't' is there in 'data[1].x[0]' at byte 17 (rule: syntax)")
    }

    @Test func nestsAsDeepAsTheLimit() throws {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let fits = String(repeating: open, count: 64) + "1" + String(repeating: close, count: 64)
            #expect(throws: Never.self) { try JSONReader.read(fits) }
            let error = #expect(throws: WireError.self) { try JSONReader.read(open + fits + close) }
            #expect(error?.rule == .depth)
            #expect(error?.offset == 64 * open.utf8.count)
        }
        // A hundred thousand levels are refused as calmly as 65.
        #expect(throws: WireError.self) { try JSONReader.read(String(repeating: "[", count: 100_000)) }
        // Siblings do not add up.
        #expect(throws: Never.self) { try JSONReader.read("[" + String(repeating: "[],", count: 100) + "[]]") }
    }

    @Test func refusesWhatIsTooLarge() {
        let limits = WireLimits(size: 4)
        #expect(throws: Never.self) { try JSONReader.read("1234", limits: limits) }
        let error = #expect(throws: WireError.self) { try JSONReader.read("12345", limits: limits) }
        #expect(error?.rule == .size)
    }

    @Test func keepsIntegersExact() throws {
        #expect(try JSONReader.read("9223372036854775807") == .integer(.max))
        #expect(try JSONReader.read("-9223372036854775808") == .integer(.min))
        #expect(try JSONReader.read("9007199254740993").int == 9_007_199_254_740_993)
    }

    @Test(arguments: [
        "9223372036854775808", "-9223372036854775809", "123456789012345678901234567890", "1e400", "-1.5E+999",
    ])
    func keepsBigNumbersAsTheyCame(_ text: String) throws {
        let value = try JSONReader.read(text)
        #expect(try value == .bigNumber(#require(BigNumber(text))))
        #expect(value.description == text)
        #expect(value.int == nil)
    }

    @Test func ofDuplicateKeysTheLastCountsAtTheFirstPlace() throws {
        let value = try JSONReader.read(#"{"a":1,"b":2,"a":3}"#)
        #expect(value.description == #"{"a":3,"b":2}"#)
    }

    /// Swift takes `é` and `e` with an accent for the same text; JSON and Python do not.
    @Test(arguments: [0, 40])
    func keysAreTheSameOnlyByteForByte(_ othersBefore: Int) throws {
        let others = (0..<othersBefore).map { "\"k\($0)\":0," }.joined()
        let value = try JSONReader.read("{\(others)\"\u{E9}\":1,\"e\u{301}\":2}")
        #expect(value.object?.count == othersBefore + 2)
        #expect(value["\u{E9}"] == 1)
        #expect(value["e\u{301}"] == 2)
    }

    @Test func manyKeysAreNoTrap() throws {
        let text = "{" + (0..<50_000).map { "\"key\($0 % 25_000)\":\($0)" }.joined(separator: ",") + "}"
        let object = try #require(try JSONReader.read(text).object)
        #expect(object.count == 25_000)
        #expect(object.value(ofExactly: "key24999") == 49_999)
    }

    @Test func toleratesOldReleasesOnlyWhenAsked() throws {
        let text = #"{"a":NaN,"b":[Infinity,-Infinity],"c":"x\ud800y"}"#
        let value = try JSONReader.read(text, tolerance: .oldReleases)
        #expect(value["a"]?.double?.isNaN == true)
        #expect(value["b"] == [.number(.infinity), .number(-.infinity)])
        #expect(value["c"] == "x\u{FFFD}y")
        #expect(value.description == "{\"a\":null,\"b\":[null,null],\"c\":\"x\u{FFFD}y\"}")
        #expect(throws: WireError.self) { try JSONReader.read(text) }
        for other in ["nan", "Nan", "NaNs", "+Infinity", "Infinit", "-NaN"] {
            #expect(throws: WireError.self) { try JSONReader.read(other, tolerance: .oldReleases) }
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [#"\n"#, #"\u00e9"#, #"\ud83d\ude00a"#, #"x\\"#])
    func aLongTextOfEscapesIsReadInLinearTime(_ escape: String) throws {
        // 20 times the text would take 400 times as long if it were not linear; the rest is for its caches.
        let short = try min(time(escape, count: 4_000), time(escape, count: 4_000))
        let long = try min(time(escape, count: 80_000), time(escape, count: 80_000))
        #expect(long < short * 150, "20 times the text: \(short), \(long)")
    }

    private func time(_ escape: String, count: Int) throws -> Duration {
        let text = "\"" + String(repeating: escape, count: count) + "\""
        return try ProcessorTime.measure { _ = try JSONReader.read(text) }
    }
}
