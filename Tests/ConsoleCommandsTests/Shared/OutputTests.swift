import Foundation
import Testing

@testable import ConsoleCommands

struct OutputTests {
    @Test func writesEverythingAndLearnsThatTheReaderHasGone() throws {
        signal(SIGPIPE, SIG_IGN)
        let pipe = Pipe()
        let output = Output(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        try output.line("one")
        try output.lines(["two", "three"])
        #expect(!output.isTerminal)
        #expect(String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self) == "one\ntwo\nthree\n")
        try pipe.fileHandleForReading.close()
        // The pipe closes its ends when it goes, and then the descriptor may be another file's.
        defer { withExtendedLifetime(pipe) {} }
        #expect(throws: OutputClosed.self) { try output.line("four") }
    }
}
