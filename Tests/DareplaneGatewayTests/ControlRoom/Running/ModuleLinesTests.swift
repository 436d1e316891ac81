import AcquisitionModel
import Testing

@testable import DareplaneGateway

@Suite struct ModuleLinesTests {
    private let start = ContinuousClock.now

    private static func record(_ message: String, level: String = "INFO") throws -> LogRecord {
        try LogRecord(json: ["name": "mod.log", "levelname": .string(level), "msg": .string(message)])
    }

    private static func line(_ message: String, level: String = "INFO") -> String {
        "2026-01-01 10:00:00,123 - mod.log - \(level) -  \(message)"
    }

    private func shown(_ items: [ModuleLines.Item]) -> [String] {
        items.map { item in
            switch item {
            case .line(let module, let line): "\(module): \(line)"
            case .record(let module, let record): "\(module ?? "-")! \(record.message)"
            }
        }
    }

    @Test(arguments: [true, false], ["a", nil])
    func `Of a record and its line the record is said`(isLineFirst: Bool, module: String?) throws {
        var lines = ModuleLines()
        var items: [ModuleLines.Item] = []
        if isLineFirst { items += lines.printed(Self.line("x"), by: "a", at: start) }
        items += lines.sent(try Self.record("x"), by: module, at: start + .milliseconds(10))
        if !isLineFirst { items += lines.printed(Self.line("x"), by: "a", at: start + .milliseconds(20)) }
        items += lines.timePassed(at: start + .seconds(1))
        #expect(shown(items) == [isLineFirst || module != nil ? "a! x" : "-! x"])
        #expect(lines.deadline == nil)
    }

    @Test func `Each is said as often as it was logged`() throws {
        var lines = ModuleLines()
        var items: [ModuleLines.Item] = []
        for step in 0..<3 {
            items += lines.printed(Self.line("x"), by: "a", at: start + .milliseconds(step))
            items += lines.sent(try Self.record("x"), by: "a", at: start + .milliseconds(step))
        }
        #expect(shown(items) == ["a! x", "a! x", "a! x"])
    }

    @Test func `A line without a record is said a moment later, and what is behind it after it`() throws {
        var lines = ModuleLines()
        #expect(lines.printed(Self.line("x"), by: "a", at: start).isEmpty)
        #expect(lines.printed("plain", by: "a", at: start + .milliseconds(1)).isEmpty)
        #expect(shown(lines.printed("other", by: "b", at: start + .milliseconds(2))) == ["b: other"])
        #expect(shown(lines.sent(try Self.record("y"), by: "a", at: start + .milliseconds(3))) == ["a! y"])
        #expect(lines.deadline == start + .milliseconds(250))
        #expect(shown(lines.timePassed(at: start + .milliseconds(250))) == ["a: \(Self.line("x"))", "a: plain"])
        // Of another level it is another one.
        #expect(lines.printed(Self.line("z", level: "ERROR"), by: "a", at: start + .seconds(1)).isEmpty)
        #expect(shown(lines.sent(try Self.record("z"), by: "a", at: start + .seconds(1))) == ["a! z"])
        #expect(shown(lines.ended("a")) == ["a: \(Self.line("z", level: "ERROR"))"])
    }

    @Test(arguments: [0, 1, 2, 3])
    func `A trace is a part of its record`(linesFirst: Int) throws {
        var lines = ModuleLines()
        let printed = [Self.line("it failed"), "Traceback (most recent call last):", "ValueError: x", "behind"]
        var items: [ModuleLines.Item] = []
        for (index, line) in printed.enumerated() {
            if index == linesFirst {
                let record = try Self.record("it failed\nTraceback (most recent call last):\nValueError: x")
                items += lines.sent(record, by: "a", at: start)
            }
            items += lines.printed(line, by: "a", at: start)
        }
        items += lines.timePassed(at: start + .seconds(1))
        #expect(shown(items).map { $0.prefix(12) } == ["a! it failed", "a: behind"])
    }

    @Test(arguments: [
        ("\u{1B}[32mgreen\u{1B}[0m \u{1B}[1;37mwhite\u{1B}[K", "green white"), ("plain", "plain"), ("\u{1B}", "\u{1B}"),
        ("\u{1B}]0;title\u{7}text\u{1B}]8;;http://x\u{1B}\\link", "textlink"), ("\u{1B}(Bx\u{1B}7y\u{1B}cz", "xyz"),
        ("é\u{1B}[0mß", "éß"),
    ])
    func `Escape codes are left out`(text: String, plain: String) {
        #expect(text.withoutEscapeCodes == plain)
    }
}
