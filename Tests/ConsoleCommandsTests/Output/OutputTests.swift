import AcquisitionRPC
import Foundation
import TestSupport
import Testing

@testable import ConsoleCommands

@Suite(.timeLimit(.minutes(1)))
struct OutputTests {
    /// Both ends of a pipe of the test's own.
    private final class Ends: Sendable {
        let read: FileHandle
        let write: Int32

        init() throws {
            signal(SIGPIPE, SIG_IGN)
            let pipe = Pipe()
            write = dup(pipe.fileHandleForWriting.fileDescriptor)
            read = FileHandle(fileDescriptor: dup(pipe.fileHandleForReading.fileDescriptor), closeOnDealloc: true)
        }

        deinit { close(write) }
    }

    @Test func writesEverythingAndLearnsThatTheReaderHasGone() throws {
        let ends = try Ends()
        let output = Output(descriptor: ends.write)
        try output.line("one")
        try output.lines(["two", "three"])
        #expect(output.flush(within: .seconds(20)))
        #expect(!output.isTerminal)
        #expect(String(decoding: ends.read.availableData, as: UTF8.self) == "one\ntwo\nthree\n")
        try ends.read.close()
        // It is noticed without a write: whoever only shows something ends at once.
        #expect(becomesTrue { output.problem == .readerGone })
        #expect(throws: OutputError.readerGone) { try output.line("four") }
    }

    @Test func linesArriveInTheirOrder() async throws {
        let ends = try Ends()
        let output = Output(descriptor: ends.write, .drops)
        let lines = LineReader.lines(of: dup(ends.read.fileDescriptor))
        for number in 0..<1000 { try output.line("line \(number)") }
        var number = 0
        for await line in lines {
            #expect(line == "line \(number)")
            number += 1
            if number == 1000 { break }
        }
        #expect(output.dropped == 0)
    }

    /// The heart of it: whoever logs goes on, and the reader learns what is missing, and where.
    @Test func nobodyWaitsForAReaderThatDoesNotRead() async throws {
        let ends = try Ends()
        let output = Output(descriptor: ends.write, .drops)
        let line = String(repeating: "x", count: 65_535)
        let count = 400
        for _ in 0..<count { try output.line(line) }
        // What is being written, and as much again that waits.
        #expect(output.dropped > count - 3 * Output.maximumUnread / 65_536)
        #expect(!output.flush(within: .milliseconds(10)))

        // It is said wherever lines are missing: what was under way when it began to be too much is whole.
        var (seen, told) = (0, 0)
        for await text in LineReader.lines(of: dup(ends.read.fileDescriptor)) {
            if text == line {
                seen += 1
            } else {
                let number = try #require(text.firstMatch(of: /^… ([0-9]+) lines? (was|were) dropped:/)?.output.1)
                told += try #require(Int(number))
            }
            if seen + told == count { break }
        }
        #expect(told == output.dropped)
        try output.line("again")
        #expect(output.flush(within: .seconds(20)))
    }

    @Test func dataWaitsForItsReaderAndNothingIsLost() async throws {
        let ends = try Ends()
        let output = Output(descriptor: ends.write)
        let count = 20_000
        async let writing: Void = onAThread {
            for number in 0..<count { try? output.line("\(number) \(String(repeating: "d", count: 50))") }
            output.flush(within: nil)
            close(ends.write)
        }
        var number = 0
        for await line in LineReader.lines(of: dup(ends.read.fileDescriptor)) {
            #expect(line.hasPrefix("\(number) "))
            number += 1
            if number == count { break }
        }
        #expect(number == count)
        #expect(output.dropped == 0)
        await writing
    }

    @Test func aTerminalThatIsHeldIsWaitedForByNobody() throws {
        let terminal = try HeldTerminal()
        let output = Output(descriptor: terminal.program, .drops)
        #expect(output.isTerminal)
        terminal.hold()
        for number in 0..<1000 { try output.line("line \(number)") }
        #expect(!output.flush(within: .milliseconds(20)))
        terminal.release()
        #expect(terminal.text(upTo: "line 999").contains("line 0\r\n"))
        #expect(output.flush(within: .seconds(20)))
        #expect(output.dropped == 0)
    }

    @Test func aTerminalThatIsGoneIsAReaderThatHasGone() throws {
        let terminal = try HeldTerminal()
        let output = Output(descriptor: terminal.program, .drops)
        terminal.hangUp()
        #expect(becomesTrue { output.problem == .readerGone })
        // Not an error, and not waited for.
        try output.line("into the void")
        #expect(output.flush(within: .seconds(20)))
        #expect(output.dropped == 1)
    }

    #if os(Linux)
        @Test func whatTheSystemRefusesIsLost() throws {
            let full = open("/dev/full", O_WRONLY)
            defer { close(full) }
            let output = Output(descriptor: full)
            try output.line("lost")
            #expect(output.flush(within: .seconds(20)))
            #expect(output.problem == .lost(ENOSPC))
            #expect(throws: OutputError.lost(ENOSPC)) { try output.line("lost too") }
            // A service goes on, and counts.
            let service = output.dropping()
            for _ in 0..<3 { try service.line("lost as well") }
            #expect(service.flush(within: .seconds(20)))
            #expect(service.dropped == 4)
        }
    #endif

    @Test func aDescriptorThatIsClosedIsLost() throws {
        let ends = try Ends()
        let descriptor = dup(ends.write)
        let output = Output(descriptor: descriptor)
        close(descriptor)
        try? output.line("lost")
        #expect(output.flush(within: .seconds(20)))
        #expect(output.problem == .lost(EBADF))
    }

    @Test func waitingForTheReaderEndsWithTheTask() async throws {
        let ends = try Ends()
        let output = Output(descriptor: ends.write, .drops)
        for _ in 0..<4 { try output.line(String(repeating: "x", count: 65_536)) }
        let task = Task { await output.drained() }
        task.cancel()
        await task.value
        try ends.read.close()
        await output.drained()
        #expect(output.problem == .readerGone)
    }

    // MARK: - Log files

    @Test func aLogFileThatIsMovedIsBegunAnew() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/log"
        let output = Output(try LogFile(path))
        try output.line("one")
        #expect(output.flush(within: .seconds(20)))
        #expect(try folder.mode(of: path) == 0o640)
        try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
        try output.line("two")
        #expect(output.flush(within: .seconds(20)))
        #expect(try String(contentsOfFile: path + ".1", encoding: .utf8) == "one\n")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "two\n")
    }

    @Test func aLogFileIsOpenedAnewWhenAskedEvenWithNothingToWrite() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/log"
        let output = Output(try LogFile(path))
        try FileManager.default.removeItem(atPath: path)
        output.reopen()
        #expect(output.flush(within: .seconds(20)))
        #expect(FileManager.default.fileExists(atPath: path))
    }

    @Test func aLogFileThatCannotBeOpenedSaysWhy() {
        #expect(throws: OutputError.lost(ENOENT)) { try LogFile("/nowhere/log") }
    }
}
