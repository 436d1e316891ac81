import DareplaneGateway
import TestSupport
import Testing

struct CommandSplitterTests {
    private let start = ContinuousClock.now

    private func splitter(idle: Duration? = .milliseconds(50), sizeLimit: Int = 1000) -> CommandSplitter {
        CommandSplitter(idle: idle, sizeLimit: sizeLimit) { bytes in
            ["START", "STOP", "UP", "ECHO|{}"].contains(String(decoding: bytes, as: UTF8.self))
        }
    }

    private func texts(_ items: [CommandSplitter.Item]) -> [String] {
        items.map { if case .command(let bytes) = $0 { String(decoding: bytes, as: UTF8.self) } else { "too large" } }
    }

    @Test(arguments: [
        ("", []),
        ("START", []),
        ("START;", ["START"]),
        ("START;UP;", ["START", "UP"]),
        ("START;\r\nSTOP;\r\n", ["START", "\r\nSTOP"]),
        (";; ;\r\n;\t;", []),
        ("ECHO|{\"a\":\"x;y\"};", ["ECHO|{\"a\":\"x", "y\"}"]),
        ("ÿ;UP;", ["ÿ", "UP"]),
    ])
    func atOnce(_ text: String, _ commands: [String]) {
        var splitter = splitter()
        #expect(texts(splitter.receive(text.utf8, at: start)) == commands)
    }

    @Test func anySegmentationGivesTheSame() {
        var random = SeededGenerator()
        let pieces = ["START", "STOP", "UP", "ECHO|{}", "ECHO|{\"a\": 1}", " X", "\r\nUP\r\n", "é", "x|y|z"]
        for round in 0..<500 {
            let commands = (0..<Int.random(in: 1...10, using: &random)).compactMap { _ in
                pieces.randomElement(using: &random)
            }
            let bytes = Array(commands.map { $0 + ";" }.joined().utf8)
            var splitter = splitter()
            var now = start
            var found: [String] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...min(rest.count, 12), using: &random)
                found += texts(splitter.receive(rest.prefix(count), at: now))
                rest = rest.dropFirst(count)
                now += .milliseconds(Int.random(in: 0...49, using: &random))
            }
            #expect(found == commands, "seed \(random.seed), round \(round)")
            #expect(splitter.deadline == nil)
        }
    }

    @Test func withoutDelimiterSilenceEndsACommand() {
        var splitter = splitter()
        #expect(splitter.receive("ST".utf8, at: start).isEmpty)
        #expect(splitter.receive("ART".utf8, at: start + .milliseconds(40)).isEmpty)
        #expect(splitter.deadline == start + .milliseconds(90))
        #expect(splitter.timePassed(at: start + .milliseconds(89)).isEmpty)
        #expect(texts(splitter.timePassed(at: start + .milliseconds(90))) == ["START"])
        #expect(splitter.deadline == nil)
        // A new segment after the pause shows it too.
        #expect(splitter.receive("UP".utf8, at: start + .seconds(1)).isEmpty)
        #expect(texts(splitter.receive("UP".utf8, at: start + .seconds(2))) == ["UP"])
    }

    @Test func halfACommandIsKeptHoweverLongTheRestTakes() {
        var splitter = splitter()
        #expect(splitter.receive("STA".utf8, at: start).isEmpty)
        #expect(splitter.timePassed(at: start + .milliseconds(50)).isEmpty)
        #expect(splitter.deadline == nil)
        #expect(splitter.receive("RT".utf8, at: start + .seconds(5)).isEmpty)
        #expect(texts(splitter.receive(";".utf8, at: start + .seconds(5))) == ["START"])
    }

    @Test(arguments: ["STOP", "STOP;"])
    func whatFollowsJunkAfterAPauseIsNotLost(_ stop: String) {
        var splitter = splitter()
        #expect(splitter.receive("ECHO|hello".utf8, at: start).isEmpty)
        #expect(splitter.timePassed(at: start + .milliseconds(50)).isEmpty)
        var items = splitter.receive(stop.utf8, at: start + .seconds(1))
        items += splitter.timePassed(at: start + .seconds(2))
        #expect(texts(items) == ["ECHO|hello", "STOP"])
    }

    @Test(arguments: [
        ("START\nSTOP\n", ["START", "STOP"]), ("START\r\n\r\nUP", ["START", "UP"]), ("\nSTOP\r", ["\nSTOP\r"]),
        ("ECHO|\n{}", []), ("START\nFOO\n", []),
    ])
    func linesAreCommandsWhereEachIsOne(_ text: String, _ commands: [String]) {
        for hasEnd in [false, true] {
            var splitter = CommandSplitter { bytes in
                let text = String(decoding: bytes, as: UTF8.self)
                return ["START", "STOP", "UP", "\nSTOP\r"].contains(text)
            }
            var items = splitter.receive((text + (hasEnd ? ";" : "")).utf8, at: start)
            items += splitter.timePassed(at: start + .milliseconds(50))
            #expect(texts(items) == (commands.isEmpty && hasEnd ? [text] : commands))
            #expect((splitter.unfinished == nil) == (hasEnd || !commands.isEmpty))
        }
    }

    @Test func whereADelimiterIsNeededNothingElseEndsACommand() {
        var splitter = splitter(idle: nil)
        #expect(splitter.receive("START".utf8, at: start).isEmpty)
        #expect(splitter.deadline == nil)
        #expect(splitter.end().isEmpty)
    }

    @Test(arguments: [("START", ["START"]), ("STA", []), ("\r\n", [])])
    func theEndOfTheConnectionIsSilence(_ text: String, _ commands: [String]) {
        var splitter = splitter()
        #expect(splitter.receive(text.utf8, at: start).isEmpty)
        #expect(texts(splitter.end()) == commands)
    }

    @Test(arguments: [true, false])
    func whatIsTooLargeIsLeftOut(_ hasEnd: Bool) {
        var splitter = splitter(sizeLimit: 10)
        var items: [CommandSplitter.Item] = []
        for _ in 0..<100 { items += splitter.receive("0123456789".utf8, at: start) }
        if hasEnd { items += splitter.receive(";".utf8, at: start) }
        items += splitter.receive("START;".utf8, at: start + .milliseconds(hasEnd ? 0 : 60))
        #expect(texts(items) == ["too large", "START"])
    }
}
