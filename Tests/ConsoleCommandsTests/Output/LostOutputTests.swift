import AcquisitionModel
import AcquisitionRPC
import Foundation
import TestSupport
import Testing

@testable import ConsoleCommands

/// What could not be written is no success.
@Suite(.timeLimit(.minutes(1)))
struct LostOutputTests {
    private func run(
        _ name: String,
        _ arguments: [String],
        output: StreamProcess.Stream,
        input: String = "",
        before: String = ""
    ) async throws -> (status: Int32?, errors: String) {
        let folder = try TemporaryFolder()
        let errors = try folder.write("errors", "")
        let process = try StreamProcess(
            name,
            arguments,
            input: .path(try folder.write("input", input)),
            output: output,
            errors: .path(errors),
            environment: ["HOME": folder.path],
            before: before
        )
        let status = await process.status()
        return (status, try String(contentsOfFile: errors, encoding: .utf8))
    }

    #if os(Linux)
        @Test(arguments: [
            ("remote-console", ["--help"]), ("remote-console", ["--version"]), ("remote-console", ["help", "send"]),
            ("remote-console", ["keys", "show"]), ("remote-console", ["keys", "generate", "ann"]),
            ("remote-console", ["--generate-completion-script", "bash"]), ("client-app", ["--help"]),
        ])
        func whatNeedsNobodyEndsWith74(_ name: String, _ arguments: [String]) async throws {
            let (status, errors) = try await run(name, arguments, output: .path("/dev/full"))
            #expect(status == 74)
            #expect(errors == "error: Standard output cannot be written: No space left on device\n")
        }

        @Test(arguments: [
            ["status"], ["status", "--json"], ["events"], ["events", "--json"], ["watch"], ["watch", "--json"],
            ["ping"],
            ["mode", "running"], ["send", "getStatus"], ["doctor"], ["emergency", "stop"],
        ])
        func everyCommandEndsWith74(_ command: [String]) async throws {
            let (service, connection) = try SwiftService.start { _ in .success(["applicationMode": 0]) }
            let (status, errors) = try await run("remote-console", connection + command, output: .path("/dev/full"))
            #expect(status == 74)
            let loss = "Standard output cannot be written: No space left on device"
            let line = try #require(errors.split(separator: "\n").first { $0.contains(loss) })
            if command.contains("--json") {
                try expectJSON(String(line), loss)
            } else {
                #expect(line == "error: \(loss)")
            }
            await service.stop()
        }

        @Test func aFailureOfItsOwnCountsMore() async throws {
            let arguments = ["--command-port", "1", "--timeout", "50ms", "status"]
            #expect(try await run("remote-console", arguments, output: .path("/dev/full")).status == 3)
        }

        @Test func theLinesOfAScriptAreDoneAllTheSame() async throws {
            let (service, connection) = try SwiftService.start { _ in .success(["applicationMode": 0]) }
            let (status, errors) = try await run(
                "remote-console",
                connection,
                output: .path("/dev/full"),
                input: "status\nstatus\nemergency stop\n"
            )
            #expect(status == 74)
            #expect(errors == "error: Standard output cannot be written: No space left on device\n")
            #expect(service.counters[.commands] == 3)
            await service.stop()
        }

        /// What was piped in and not understood counts more.
        @Test(arguments: [("", 74), ("nonsense\n", 1)] as [(String, Int32)])
        func aTrainerSaysSoServesOnAndEndsWith74(_ line: String, _ expected: Int32) async throws {
            let ports = ["--subscriber-port", "0", "--command-port", "0"]
            let (status, errors) = try await run(
                "client-app",
                ports,
                output: .path("/dev/full"),
                input: "event tunnelEnter\n\(line)event tunnelExit\nquit\n"
            )
            #expect(status == expected)
            #expect(errors.contains("client-app: Standard output cannot be written: No space left on device\n"))
            #expect(errors.contains("unknown command 'nonsense'") == !line.isEmpty)
        }

        @Test func aLogFileThatCannotBeOpenedIs74() async throws {
            let (status, errors) = try await run("client-app", ["--log-file", "/nowhere/log"], output: .null)
            #expect(status == 74)
            #expect(errors == "error: The log file '/nowhere/log' cannot be written: No such file or directory\n")
        }
    #endif

    /// A closed descriptor may become that of a socket.
    @Test func aStreamThatIsClosedIsNoOtherFile() async throws {
        let (status, errors) = try await run("remote-console", ["--help"], output: .null, before: "exec 1>&-;")
        #expect(status == 74)
        #expect(errors == "error: Standard output cannot be written: Bad file descriptor\n")
    }

    /// `| head -1`: the reader had what it wanted.
    @Test(arguments: [["--help"], ["--version"], ["keys", "show"], ["status"], ["events"], ["watch"], []])
    func aReaderThatHasGoneIsNoError(_ command: [String]) async throws {
        let (service, connection) = try SwiftService.start { _ in .success(["applicationMode": 0]) }
        let pipe = try HeldPipe()
        pipe.close()
        let isLocal = ["--help", "--version", "keys"].contains(command.first)
        let (status, errors) = try await run(
            "remote-console",
            (isLocal ? [] : connection) + command,
            output: .descriptor(pipe.program),
            input: "status\nping\n"
        )
        #expect(status == 0)
        #expect(errors == "")
        await service.stop()
    }

    @Test func aKeyThatCannotBeWrittenIs74AndNotThere() async throws {
        let folder = try TemporaryFolder()
        let (status, _) = try await run(
            "remote-console",
            ["keys", "generate", "ann", "--keys", "\(folder.path)/keys"],
            output: .null,
            before: "ulimit -f 0;"
        )
        #expect(status == 74)
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/keys/ann.key_secret"))
    }

    /// An audit file that misses entries at the end.
    @Test func anAuditFileThatCannotBeWrittenIs74() async throws {
        let folder = try TemporaryFolder()
        let errors = try HeldPipe()
        let trainer = try StreamProcess(
            "client-app",
            ["--subscriber-port", "0", "--command-port", "0", "--audit", "\(folder.path)/audit.jsonl"],
            input: .path(try folder.write("input", "quit\n")),
            errors: .descriptor(errors.program),
            before: "ulimit -f 0;"
        )
        #expect(await trainer.status() == 74)
        #expect(errors.text(upTo: "could not be written").contains("the end of the audit file could not be written"))
    }

    /// The limit of a file's size stands in for a disk that is full within a file.
    @Test func aFileThatIsCutOffIsNoSuccess() async throws {
        let folder = try TemporaryFolder()
        let audit = try folder.write("audit.jsonl", String(repeating: "{}\n", count: 5000))
        let file = "\(folder.path)/out"
        let (status, errors) = try await run(
            "remote-console",
            ["audit", "show", audit, "--json"],
            output: .path(file),
            before: "ulimit -f 1;"
        )
        #expect(status == 74)
        try expectJSON(errors, "Standard output cannot be written: File too large")
    }

    /// Whoever wants JSON gets it on standard error too.
    private func expectJSON(_ line: String, _ message: String) throws {
        let said = try JSONReader.read(line)
        #expect(said["message"]?.string == message && said["level"] == "error" && said["status"] == 74)
    }
}
