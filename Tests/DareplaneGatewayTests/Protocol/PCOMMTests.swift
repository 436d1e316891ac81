import AcquisitionRPC
import DareplaneGateway
import Testing

struct PCOMMTests {
    @Test(arguments: [
        ("START", PCOMM("START")),
        ("START|", PCOMM("START")),
        ("START|{}", PCOMM("START", [:])),
        (" START", PCOMM(" START")),
        ("START\r\n", PCOMM("START")),
        ("\r\nST\r\nART|{\r\n}", PCOMM("START", [:])),
        ("ECHO|{\"a\":1,\"b\":[true,null,-1.5]}", PCOMM("ECHO", ["a": 1, "b": [true, nil, -1.5]])),
        ("ECHO|{\"a\":\"\\u00e9\\u007c\\u003b\"}", PCOMM("ECHO", ["a": "é|;"])),
        ("ECHO|{\"a\":1,\"a\":2}", PCOMM("ECHO", ["a": 2])),
        ("ECHO|{\"a\":Infinity}", PCOMM("ECHO", ["a": .number(.infinity)])),
        (
            "ECHO|{'a': 'it', \"it's\": (True, False, None,), 'n': -1e-05}",
            PCOMM("ECHO", ["a": "it", "it's": [true, false, nil], "n": -1e-05])
        ),
        ("ECHO|{'a': 'x\\'y\\\\\\n\\x41\\u00e9\\U0001f600'}", PCOMM("ECHO", ["a": "x'y\\\nAé😀"])),
        ("ECHO|{'a': {'b': [1, {'c': ()}]}, }", PCOMM("ECHO", ["a": ["b": [1, ["c": []]]]])),
    ])
    func reading(_ text: String, _ command: PCOMM) throws {
        #expect(try PCOMM(parsing: text) == command)
    }

    @Test(arguments: [
        ("", "has no name"),
        ("|{}", "has no name"),
        ("ECHO|[1,2]", "a list, not an object"),
        ("ECHO|5", "a number, not an object"),
        ("ECHO|\"x\"", "text, not an object"),
        ("ECHO|null", "null, not an object"),
        ("ECHO|{\"a\":", "Expected a value, but the message ends in 'a' at byte 5"),
        ("ECHO|{\"a\":1}|{\"b\":2}", "has 2 '|'"),
        ("ECHO|{\"a\":\"x|y\"}", "write \\u007c"),
        ("ECHO|{\"a\":\"x;y\"}", "write \\u003b"),
        ("ECHO|hello", "Expected a value"),
        ("ECHO|{'a': true}", "Expected a value, but 't' is there at byte 6"),
        ("ECHO|{'a': 1 'b'}", "Expected ',' or '}', but ''' is there at byte 8"),
        ("ECHO|{1: 2}", "a key in"),
        ("ECHO|{'a': {1, 2}}", "a key in quotes"),
        ("ECHO|{'a': b'x'}", "Expected a value, but 'b' is there at byte 6"),
        ("ECHO|{'a': 01}", "Expected a value"),
        ("ECHO|{'a': nan}", "Expected a value"),
        ("ECHO|{'a': 'x", "the quote at the end"),
        ("ECHO|{'a': '\\q'}", "an escape that Python's repr writes"),
        ("ECHO|{'a': '\\ud800'}", "names no character"),
        ("ECHO|{'a': 1} x", "the end of the text"),
    ])
    func refusing(_ text: String, _ reason: String) {
        #expect {
            try PCOMM(parsing: text)
        } throws: {
            ($0 as? GatewayError)?.code == .badMessage && "\($0)".contains(reason)
        }
    }

    @Test func depthAndSizeAreLimited() {
        for (open, close) in [("[", "]"), ("(", ")")] {
            let deep = "ECHO|{'a': " + String(repeating: open, count: 100) + String(repeating: close, count: 100) + "}"
            #expect { try PCOMM(parsing: deep) } throws: { "\($0)".contains("More than 64 levels") }
        }
        #expect {
            try PCOMM(parsing: "ECHO|{'a': 123456}", limits: WireLimits(size: 10))
        } throws: {
            "\($0)".contains("at most 10 are allowed")
        }
    }

    @Test(arguments: [
        (PCOMM("START"), "START"),
        (PCOMM("START", [:]), "START|{}"),
        (PCOMM("ECHO", ["a": 1, "b": [true, nil, "x"]]), "ECHO|{\"a\": 1, \"b\": [true, null, \"x\"]}"),
        (PCOMM("ECHO", ["a": "é|;\\|\n"]), "ECHO|{\"a\": \"\\u00e9\\u007c\\u003b\\\\\\u007c\\n\"}"),
        (PCOMM("ECHO", ["a|b;": "😀"]), "ECHO|{\"a\\u007cb\\u003b\": \"\\ud83d\\ude00\"}"),
    ])
    func writing(_ command: PCOMM, _ text: String) throws {
        #expect(try command.text() == text)
        #expect(try PCOMM(parsing: text) == command)
    }

    @Test(arguments: ["", " A", "A ", "A|B", "A;B", "é", "A\r\nB", "A\n"])
    func namesThatCannotBeSent(_ name: String) {
        #expect { try PCOMM(name).text() } throws: { ($0 as? GatewayError)?.code == .badMessage }
        #expect { try Callback(module: name, PCOMM("A")).text() } throws: { ($0 as? GatewayError)?.code == .badMessage }
    }
}

struct CallbackTests {
    @Test func writing() throws {
        let callback = Callback(module: "module-1", PCOMM("STARTRECORD", ["filename": "é|;.xdf"]))
        #expect(try callback.text() == "module-1|STARTRECORD|{\"filename\": \"\\u00e9\\u007c\\u003b.xdf\"}")
        #expect(try Callback(parsing: callback.text()) == callback)
        #expect(try callback.command() == PCOMM("STARTRECORD", ["filename": "é|;.xdf"]))
        #expect(try Callback(module: "b", PCOMM("GO")).text() == "b|GO|{}")
    }

    @Test(arguments: [
        Callback(module: "1a", name: "GO", payload: "{}"),
        Callback(module: "a", name: "GO", payload: "21"),
        Callback(module: "a", name: "GO", payload: "{\"a\": \"x|y\"}"),
        Callback(module: "a", name: "GO", payload: "{};"),
        Callback(module: "a", name: "GO", payload: "{\"a\": \"é\"}"),
    ])
    func whatTheRealControlRoomWouldMangleIsRefused(_ callback: Callback) {
        #expect { try callback.text() } throws: { ($0 as? GatewayError)?.code == .badMessage }
    }

    @Test(arguments: ["", "GO", "b|GO", "b|GO|{\"a\":\"x|y\"}", "a|b|c|d"])
    func twoSeparatorsAreNeeded(_ text: String) {
        #expect { try Callback(parsing: text) } throws: { ($0 as? GatewayError)?.code == .badMessage }
    }

    @Test func thePayloadIsReadOnlyWhenAskedFor() throws {
        #expect(try Callback(parsing: "b|GO|\r\n").command() == PCOMM("GO"))
        #expect(try Callback(parsing: "b|GO|{'filename': 'x.xdf'}").command() == PCOMM("GO", ["filename": "x.xdf"]))
        let odd = try Callback(parsing: "b|GO|[1]")
        #expect(odd.payload == "[1]")
        #expect { try odd.command() } throws: { "\($0)".contains("a list, not an object") }
    }
}
