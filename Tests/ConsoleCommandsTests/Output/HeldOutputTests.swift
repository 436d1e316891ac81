import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Foundation
import TestSupport
import Testing

@testable import ConsoleCommands

/// Nobody reads what a program says, or its terminal is held: it goes on serving, and ends when it is told to.
@Suite(.timeLimit(.minutes(2)))
struct HeldOutputTests {
    private static let ports = ["--subscriber-port", "0", "--command-port", "0"]

    /// A client of the trainer that says where it can be reached.
    static func client(_ said: String) throws -> RpcClient {
        let endpoints = said.matches(of: /tcp:\/\/127\.0\.0\.1:[0-9]+/).map { String($0.output) }
        try #require(endpoints.count >= 2, "\(said)")
        return try createApiClient(command: endpoints[1], subscriber: endpoints[0])
    }

    // MARK: - client-app

    @Test func aTrainerThatNobodyReadsServesOnAndSaysWhatIsMissing() async throws {
        let (output, errors) = (try HeldPipe(), try HeldPipe())
        let trainer = try StreamProcess(
            "client-app",
            Self.ports + ["--json", "-v"],
            output: .descriptor(output.program),
            errors: .descriptor(errors.program)
        )
        let client = try Self.client(output.text(upTo: "\n"))
        let data = String(repeating: "x", count: 60_000)
        // Each is shown with its data and its result: far more than a pipe and all that may wait for it.
        let count = 13
        for _ in 0..<count {
            let reply = try await client.request(.userDefined, customCommand: 7, data: ["text": .string(data)])
            // As quickly as all this can be shown, where the machine is busy.
            #expect([.success, .pendingWithNotification].contains(reply.result))
        }
        output.text(upTo: #"{"dropped":"#)
        #expect(try await client.request(.getAnimals).result == .success)
        let lines = output.text(upTo: #""name":"getAnimals""#).split(separator: "\n")
        let dropped = lines.compactMap { $0.firstMatch(of: /\{"dropped":([0-9]+)\}/).flatMap { Int($0.output.1) } }
        let shown = lines.filter { $0.contains(#""customCommand":7"#) }.count
        #expect(dropped.reduce(0, +) + shown == count)

        trainer.send(signal: SIGTERM)
        #expect(await trainer.status(within: .seconds(10)) == 143)
        client.close()
    }

    /// How nothing is read any more.
    enum Holding: CaseIterable { case held, unread }

    @Test(arguments: Holding.allCases)
    func aTrainerInATerminalThatNobodyReadsServesOnAndEndsWithSIGTERM(_ holding: Holding) async throws {
        let terminal = try HeldTerminal()
        let trainer = try StreamProcess(
            "client-app",
            Self.ports,
            input: .terminal(terminal),
            output: .terminal(terminal),
            errors: .terminal(terminal)
        )
        let client = try Self.client(terminal.text(upTo: "trainer> "))
        if holding == .held { terminal.hold() }
        let data = String(repeating: "x", count: 60_000)
        for _ in 0..<5 {
            let reply = try await client.request(.userDefined, customCommand: 7, data: ["text": .string(data)])
            #expect([.success, .pendingWithNotification].contains(reply.result))
        }
        terminal.press("event tunnelEnter\r")
        #expect(try await client.request(.emergencyStop).result == .success)
        trainer.send(signal: SIGTERM)
        #expect(await trainer.status(within: .seconds(10)) == 143)
        client.close()
    }

    @Test func linesAtTheEndAreWrittenWhereSomebodyReads() async throws {
        let terminal = try HeldTerminal()
        let trainer = try StreamProcess(
            "client-app",
            Self.ports,
            output: .terminal(terminal),
            errors: .terminal(terminal)
        )
        _ = terminal.text(upTo: "applicationLaunched")
        terminal.hold()
        trainer.send(signal: SIGTERM)
        terminal.release()
        #expect(terminal.text(upTo: "Terminated (SIGTERM)").contains("applicationTerminating"))
        #expect(await trainer.status() == 143)
    }

    // MARK: - remote-console

    @Test(arguments: [[], ["events"], ["events", "--json"], ["watch"]], Holding.allCases)
    func aConsoleInATerminalThatNobodyReadsEndsWithSIGTERM(_ command: [String], _ holding: Holding) async throws {
        let (service, connection) = try SwiftService.start()
        let terminal = try HeldTerminal()
        let console = try StreamProcess(
            "remote-console",
            connection + command,
            input: .terminal(terminal),
            output: .terminal(terminal),
            errors: .terminal(terminal)
        )
        #expect(terminal.text(upTo: command.isEmpty ? "helps" : "heartbeat").isEmpty == false)
        if holding == .held { terminal.hold() }
        // More than a terminal keeps.
        for number in 0..<300 {
            try service.sendString(
                ApiTopic(rawValue: 77),
                #"{"n": \#(number), "text": "\#(String(repeating: "x", count: 200))"}"#
            )
        }
        if command.isEmpty { terminal.press("ping\rhelp\rhelp\rhelp\rhelp\r") }
        console.send(signal: SIGTERM)
        #expect(await console.status(within: .seconds(10)) == 143)
        await service.stop()
    }

    @Test func aSlowReaderOfEventsLearnsHowManyItMissed() async throws {
        let (service, connection) = try SwiftService.start()
        let output = try HeldPipe(isSmall: true)
        let console = try StreamProcess(
            "remote-console",
            connection + ["events", "--json", "--topic", "77", "--topic", "heartbeat"],
            output: .descriptor(output.program)
        )
        // A subscription takes effect unseen.
        let probe = Task {
            for number in 0... {
                try service.sendString(ApiTopic(rawValue: 77), #"{"probe": \#(number)}"#)
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        // What is missed is counted from a heartbeat on.
        await onAThread {
            _ = output.text(upTo: "probe")
            _ = output.text(upTo: #""topicName":"heartbeat""#, times: 3)
        }
        probe.cancel()
        _ = await probe.result
        // More than the client keeps, and whatever the program takes in a little late.
        let count = 20_000
        for number in 1...count { try service.sendString(ApiTopic(rawValue: 77), #"{"n": \#(number)}"#) }
        // What it was told of and what it got are all that there was.
        let last = Task {
            while !Task.isCancelled {
                try service.sendString(ApiTopic(rawValue: 77), #"{"last": true}"#)
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        defer { last.cancel() }
        let (seen, missing) = await onAThread {
            // What ZeroMQ has dropped is told with the next heartbeat.
            for marks in 1...40 {
                let text = output.text(upTo: #"{"last":true}"#, times: marks)
                let (seen, missing) = Self.count(text)
                if seen + missing >= count { return (seen, missing) }
            }
            return Self.count(output.text(upTo: ""))
        }
        #expect(seen < count, "Everything was kept, so that this test says nothing")
        #expect(seen + missing >= count && missing > 0, "\(seen) seen, \(missing) told missing")
        console.send(signal: SIGTERM)
        #expect(await console.status() == 143)
        await service.stop()
    }

    /// How many messages a console has shown, and of how many it has told that they are missing.
    private static func count(_ text: String) -> (seen: Int, missing: Int) {
        var (seen, missing) = (0, 0)
        for line in text.split(separator: "\n") {
            seen += line.contains(#"{"n":"#) ? 1 : 0
            let told = line.firstMatch(of: /"(dropped|missed)":([0-9]+)/).flatMap { Int($0.output.2) }
            missing += told ?? 0
        }
        return (seen, missing)
    }
}
