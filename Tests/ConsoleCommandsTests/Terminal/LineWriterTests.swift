import Foundation
import Testing

@testable import ConsoleCommands

@Suite(.timeLimit(.minutes(1)))
struct LineWriterTests {
    @Test func linesArriveInTheirOrder() async {
        let pipe = Pipe()
        let writer = LineWriter(pipe.fileHandleForWriting.fileDescriptor)
        let lines = LineReader.lines(of: dup(pipe.fileHandleForReading.fileDescriptor))
        for number in 0..<1000 { writer.write("line \(number)") }
        var number = 0
        for await line in lines {
            #expect(line == "line \(number)")
            number += 1
            if number == 1000 { break }
        }
        writer.close()
        withExtendedLifetime(pipe) {}
    }

    @Test func nobodyWaitsForAReaderThatDoesNotRead() {
        let pipe = Pipe()
        let writer = LineWriter(pipe.fileHandleForWriting.fileDescriptor, mostLines: 10)
        let line = String(repeating: "x", count: 65_536)
        for _ in 0..<100 { writer.write(line) }
        #expect(writer.dropped > 0)
        writer.flush(within: .milliseconds(10))
        writer.close(within: .milliseconds(10))
        // The thread must be done with the descriptor before somebody else is given its number.
        try? pipe.fileHandleForReading.close()
        writer.close(within: .seconds(10))
        withExtendedLifetime(pipe) {}
    }

    @Test func whatWasGivenIsWrittenWhenItIsFlushed() {
        let pipe = Pipe()
        let writer = LineWriter(pipe.fileHandleForWriting.fileDescriptor)
        writer.write("a")
        writer.flush()
        #expect(pipe.fileHandleForReading.availableData == Data("a\n".utf8))
        writer.close()
        withExtendedLifetime(pipe) {}
    }
}

struct LineReaderTests {
    @Test func theLastLineNeedsNoEnd() async throws {
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: Data("a\r\n\nb é".utf8))
        try pipe.fileHandleForWriting.close()
        let lines = LineReader.lines(of: dup(pipe.fileHandleForReading.fileDescriptor))
        #expect(await lines.reduce(into: []) { $0.append($1) } == ["a", "", "b é"])
    }
}
