import Foundation
import Testing

@testable import ConsoleCommands

struct LineReaderTests {
    @Test func theLastLineNeedsNoEnd() async throws {
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: Data("a\r\n\nb é".utf8))
        try pipe.fileHandleForWriting.close()
        let lines = LineReader.lines(of: dup(pipe.fileHandleForReading.fileDescriptor))
        #expect(await lines.reduce(into: []) { $0.append($1) } == ["a", "", "b é"])
    }
}
