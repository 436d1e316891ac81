import TestSupport
import Testing

@testable import DareplaneGateway

@Suite struct LineSplitterTests {
    @Test func `Lines come whole, wherever the bytes are cut`() {
        let text = "first\r\n\nsecond é line\rprogress 1\rprogress 2\nlast"
        let expected = ["first", "second é line", "progress 1", "progress 2", "last"]
        var random = SeededGenerator()
        for _ in 0..<50 {
            var splitter = LineSplitter(limit: 100)
            var rest = Array(text.utf8)[...]
            var lines: [String] = []
            while !rest.isEmpty {
                let count = Int.random(in: 1...rest.count, using: &random)
                lines += splitter.lines(in: rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            if let line = splitter.finish() { lines.append(line) }
            #expect(lines == expected, "seed \(random.seed)")
        }
    }

    @Test func `A line that is too long is cut, and the next one is whole`() {
        var splitter = LineSplitter(limit: 4)
        #expect(splitter.lines(in: Array("123456789\n1234\n12".utf8)) == ["1234…", "1234"])
        #expect(splitter.finish() == "12")
        #expect(splitter.finish() == nil)
    }
}
