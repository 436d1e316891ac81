import AcquisitionModel
import AcquisitionRPC
import Foundation
import Testing

@testable import ConsoleCommands

/// Where nothing is heard, what to look at is said.
struct SilenceTests {
    @Test(arguments: [
        (PortProbe.Finding.open, "where something takes connections", "--subscriber-port"),
        (.free, "nothing listens", "--subscriber-port"), (.refused, "nothing listens", "--host"),
        (.taken, "takes no connections", "--subscriber-port"), (.silent, "there is no answer", "--host"),
        (.failed("No route"), "No route", "--host"),
    ])
    func explanations(_ port: PortProbe.Finding, _ message: String, _ hint: String) {
        let silence = Silence(endpoint: "tcp://h:1", port: port, filter: ["--topic", "event"])
        #expect(silence.message.hasPrefix("Nothing was heard for 3s"))
        #expect(silence.message.contains(message), "\(silence.message)")
        #expect(silence.hint.contains(hint) && silence.hint.contains("--topic event"), "\(silence.hint)")
        #expect(silence.hint.hasSuffix("remote-console doctor"))
    }

    @Test func keysAndFilters() {
        let open = Silence(endpoint: "tcp://h:1", port: .open)
        #expect(open.hint.contains("--curve-key"))
        let connected = Silence(endpoint: "tcp://h:1", port: .open, isConnected: true)
        #expect(connected.message.contains("there is a connection for events"))
        #expect(connected.hint.contains("heartbeats") && !connected.hint.contains("--subscriber-port"))
        let refused = Silence(endpoint: "tcp://h:1", port: .open, refusal: "The service asks for keys")
        #expect(refused.message.contains("The service asks for keys"))
        #expect(refused.hint.contains("--curve-key"))
        let filtered = Silence(endpoint: "tcp://h:1", port: .open, isAlive: true, filter: ["--kind", "trialStarted"])
        #expect(filtered.message.contains("matches --kind trialStarted"))
        #expect(!filtered.hint.contains("--subscriber-port"))
    }

    @Test func theScreenSaysIt() {
        var state = WatchState(commandEndpoint: "c", subscriberEndpoint: "e")
        state.silence = Silence(endpoint: "e", port: .free)
        let lines = { (state: WatchState) in
            WatchScreen.lines(state, now: Date(), columns: 300, rows: 40, style: .plain).joined(separator: "\n")
        }
        #expect(lines(state).contains("nothing listens at e"))
        #expect(WatchScreen.json(state, now: Date()).contains("nothing listens at e"))
        state.received(ReceivedMessage(message: ApiMessage(topic: .heartbeat, payload: Array("{}".utf8)), date: Date()))
        #expect(!lines(state).contains("nothing listens at e"))
    }

    /// The commands' port in place of the events': something listens there, and nothing comes.
    @Test func theWrongPortIsExplained() async throws {
        let (service, connection) = try SwiftService.start()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for words in [["events"], ["watch"], ["events", "--json"], ["watch", "--json"]] {
                group.addTask { try await expectExplanation(words, port: connection[1]) }
            }
            try await group.waitForAll()
        }
        await service.stop()
    }

    private func expectExplanation(_ words: [String], port: String) async throws {
        let started = ContinuousClock.now
        let program = try Program("remote-console", words + ["--command-port", port, "--subscriber-port", port])
        let line = try await program.errors.next(with: "Nothing was heard for 3s")
        #expect(ContinuousClock.now - started > .seconds(2.5))
        if words.contains("--json") {
            let json = try JSONReader.read(line)
            #expect(json["hint"]?.string?.contains("--subscriber-port") == true)
        } else {
            #expect(try await program.errors.next(with: "--subscriber-port").contains("doctor"))
        }
        program.terminate()
        #expect(await program.status() == 143)
    }

    /// The right port of an application that says nothing yet is not taken for a wrong one.
    @Test func anIdleApplicationIsNoWrongPort() async throws {
        let ports = ["--subscriber-port", "0", "--command-port", "0", "--heartbeat-interval", "600", "--json"]
        let trainer = try Program("client-app", ports)
        let ready = try JSONReader.read(try await trainer.output.next(with: "subscriber"))
        let connection = try [("--command-port", "command"), ("--subscriber-port", "subscriber")].flatMap {
            option,
            key in
            [option, try #require(ready[key]?.string?.split(separator: ":").last.map(String.init))]
        }
        let program = try Program("remote-console", ["events"] + connection)
        _ = try await program.errors.next(with: "to which there is a connection for events")
        #expect(try await !program.errors.next(with: "heartbeats").contains("(--subscriber-port)"))
        program.terminate()
        #expect(await program.status() == 143)
        try trainer.type("quit")
        #expect(await trainer.status() == 0)
    }

    @Test func aFilterIsNamedAtThePrompt() async throws {
        let (service, connection) = try SwiftService.start()
        let program = try Program("remote-console", connection)
        try program.type("events on --kind trialStarted")
        _ = try await program.errors.next(with: "matches --kind trialStarted")
        try program.type("quit")
        #expect(await program.status() == 0)
        await service.stop()
    }

    /// The result of a pending command would come where nobody listens.
    @Test func aResultThatCannotComeIsExplained() async throws {
        let (service, connection) = try SwiftService.start { _ in ApiCommandRequestResponse(.pendingWithNotification) }
        let wrong = ["--command-port", connection[1], "--subscriber-port", "1", "--dialect", "current"]
        let program = try Program("remote-console", ["send", "99999"] + wrong)
        _ = try await program.errors.next(with: "Nothing was heard for 6s: nothing listens at tcp://127.0.0.1:1")
        #expect(try await program.errors.next(with: "The result of the command is published there").contains("doctor"))
        program.terminate()
        #expect(await program.status() == 143)
        await service.stop()
    }

    @Test func whereSomethingIsHeardNothingIsSaid() async throws {
        let (service, connection) = try SwiftService.start()
        let run = try await Tool.console(connection + ["events", "--for", "3500ms"])
        #expect(run.status == 0)
        #expect(run.err.isEmpty, "\(run.err)")
        await service.stop()
    }
}
