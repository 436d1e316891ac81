import AcquisitionModel
import Testing

@testable import ConsoleCommands

struct OutputQueueTests {
    private func texts(_ queue: inout OutputQueue) -> [String] {
        queue.takeAll().map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func whatDoesNotFitIsCountedWhereItIsMissing() {
        var queue = OutputQueue()
        for number in 1...6 {
            queue.add(Array("\(number)\n".utf8), capacity: 4) { "<\($0)>" }
        }
        #expect(queue.dropped == 4)
        #expect(texts(&queue) == ["1\n", "2\n", "<4>\n"])
        queue.add(Array("7\n".utf8), capacity: 4) { "<\($0)>" }
        #expect(texts(&queue) == ["7\n"])
        #expect(queue.isEmpty && queue.bytes == 0 && queue.dropped == 4)
    }

    @Test func severalGapsKeepTheirPlaces() {
        var queue = OutputQueue()
        queue.add(Array("one\n".utf8), capacity: 6) { "<\($0)>" }
        queue.add(Array("too long\n".utf8), capacity: 6) { "<\($0)>" }
        queue.add(Array("2\n".utf8), capacity: 6) { "<\($0)>" }
        queue.add(Array("a\nb\n".utf8), capacity: 6) { "<\($0)>" }
        #expect(texts(&queue) == ["one\n", "<1>\n", "2\n", "<2>\n"])
    }

    /// Whoever reads JSON, of data or of a log, finds it where lines are missing too.
    @Test func theMarkerIsAsTheLinesAre() throws {
        #expect(OutputQueue.marker(.text)(2).contains("2 lines were dropped"))
        #expect(try JSONReader.read(OutputQueue.marker(.json)(2)) == ["dropped": 2])
    }

    @Test func oneTextAlwaysFits() {
        var queue = OutputQueue()
        queue.add(Array("much longer than allowed\n".utf8), capacity: 1) { "<\($0)>" }
        #expect(texts(&queue) == ["much longer than allowed\n"])
    }

    @Test func whatNobodyMayLoseIsTakenInAnyCase() {
        var queue = OutputQueue()
        for _ in 0..<3 { queue.add([65, 10]) }
        #expect(queue.bytes == 6 && queue.dropped == 0)
    }

    @Test(arguments: [("", 1), ("a", 1), ("a\n", 1), ("a\nb\n", 2)])
    func lines(_ text: String, _ count: Int) { #expect(OutputQueue.lines(Array(text.utf8)) == count) }
}
