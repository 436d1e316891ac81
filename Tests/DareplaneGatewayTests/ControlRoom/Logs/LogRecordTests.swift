import AcquisitionModel
import GatewayCore
import TestSupport
import Testing

@testable import DareplaneGateway

@Suite struct LogRecordTests {
    @Test(
        arguments: [
            ("hello %s", ["x"], "hello x"), ("%s and %r", ["a", "b"], "a and b"), ("%d%% of %i", [50, 3], "50% of 3"),
            ("%.2f %f %.0f", [1.5, -2.25, 7], "1.50 -2.250000 7"), ("%5d|%-8s|", [3, "x"], "3|x|"),
            ("%(who)s: %(n)d", ["who": "me", "n": 2], "me: 2"), ("%(who)s", [["who": "me"]], "me"),
            ("100 %", [], "100 %"), ("100 %", nil, "100 %"), ("as it is %s", "()", "as it is %s"),
            ("%s %s", "('a', 1)", "a 1"), ("%s", "text", "text"), ("%x", [255], "255"),
            // What does not fit is not lost.
            ("one %s two %s", ["x"], #"one %s two %s ["x"]"#), ("none", [1], "none [1]"), ("%s", [nil], "None"),
        ] as [(String, JSONValue, String)]
    )
    func `A message with its arguments`(format: String, arguments: JSONValue, expected: String) {
        #expect(PythonFormat.fill(format, arguments) == expected)
    }

    @Test func `The recorded record`() throws {
        let vector = try #require(ControlRoomVector.of("logging").first)
        let record = try LogRecord(json: [
            "name": vector["logger_name"] ?? nil, "msg": vector["msg"] ?? nil, "args": vector["args"] ?? nil,
            "levelname": vector["levelname"] ?? nil, "levelno": vector["levelno"] ?? nil, "process": 7,
            "exc_text": nil,
        ])
        #expect(record.name == "mod.logger")
        #expect(record.message == "hello x")
        #expect(record.level == "INFO")
        #expect(record.process == 7)
        let prefix = try #require(vector["length_prefix_hex"]?.string)
        #expect(Int(prefix, radix: 16) == vector["length"]?.int)
    }

    @Test func `Records come whole, wherever the bytes are cut`() throws {
        let texts = (0..<20).map { String(repeating: "é", count: $0 * 20) }
        var bytes: [UInt8] = []
        for text in texts {
            let length = text.utf8.count
            bytes += [0, 0, UInt8(length >> 8), UInt8(length & 0xFF)] + Array(text.utf8)
        }
        var random = SeededGenerator()
        for _ in 0..<20 {
            var splitter = LogRecordSplitter(limit: 1000)
            var records: [String] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...min(rest.count, 300), using: &random)
                records += try splitter.records(in: rest.prefix(count)).map { String(decoding: $0, as: UTF8.self) }
                rest = rest.dropFirst(count)
            }
            #expect(records == texts, "seed \(random.seed)")
        }
    }

    @Test func `A record that is too large ends its connection`() {
        var splitter = LogRecordSplitter(limit: 1000)
        #expect(throws: GatewayError.self) { try splitter.records(in: Array("GET / HTTP/1.1\r\n".utf8)) }
    }
}
