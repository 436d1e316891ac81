import AcquisitionModel
import AcquisitionRPC
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import ConsoleCommands

/// The prompt of `remote-console` at a terminal: nobody waits for a result, and an emergency stop waits for nothing.
@Suite(.timeLimit(.minutes(2)))
struct PromptTerminalTests {
    private static let stopKey = "\u{18}\u{18}"

    /// An application whose own command 5 is pending until it is told to be done, whose own command 6 is never
    /// answered, and which writes down what it was asked.
    private final class Application: Sendable {
        let service: any RpcService
        let connection: [String]
        private let state: Mutex<State>

        struct State {
            var asked: [String] = []
            var pending: [ApiCommandRequest] = []
            let gate = DispatchSemaphore(value: 0)
        }

        var asked: [String] { state.withLock { $0.asked } }
        private let gate: DispatchSemaphore

        init() throws {
            let state = State()
            gate = state.gate
            self.state = Mutex(state)
            (service, connection) = try SwiftService.start(pendingAfter: nil)
            service.setDelegate { [weak self] request in self?.answer(request) ?? .unavailable() }
        }

        private func answer(_ request: ApiCommandRequest) -> ApiCommandRequestResponse {
            let custom = request.customCommand.int
            state.withLock { state in
                state.asked.append(custom.map { "\(request.command) \($0)" } ?? "\(request.command)")
                if custom == 5 { state.pending.append(request) }
            }
            if custom == 6 { gate.wait() }
            return custom == 5 ? ApiCommandRequestResponse(.pendingWithNotification) : .success()
        }

        /// The command that has been pending for longest has succeeded.
        func finish() throws {
            guard let request = state.withLock({ $0.pending.isEmpty ? nil : $0.pending.removeFirst() }) else { return }
            try service.sendCommandResult(
                ApiCommandRequestResponse(
                    .success,
                    data: ["doses": 3],
                    command: request.command,
                    nonce: request.nonce
                )
            )
        }

        /// The command that is never answered is.
        func open() { gate.signal() }

        func end() async {
            open()
            await service.stop()
        }
    }

    private func terminal(_ application: Application, _ arguments: [String] = []) async throws -> PseudoTerminal {
        let environment = ["ACQUISITION_HISTORY": "", "NO_COLOR": "1"]
        let terminal = try PseudoTerminal(
            "remote-console",
            application.connection + arguments,
            environment: environment,
            columns: 120
        )
        await terminal.see("helps")
        return terminal
    }

    private static let pending = "send userDefined --custom-command 5\r"
    private static let silent = "send userDefined --custom-command 6\r"

    @Test(arguments: ["", " --wait", " --wait=60s"])
    func aResultIsShownWhenItComesAndNobodyWaitsForIt(_ option: String) async throws {
        let application = try Application()
        let terminal = try await terminal(application)
        terminal.press("send userDefined --custom-command 5\(option)\r")
        await terminal.see("'jobs' lists what is pending")
        terminal.press("ping\r")
        await terminal.see("alive: answer")
        terminal.press("jobs\r")
        await terminal.see("COMMAND")
        await terminal.see("userDefined")
        // The line that is being typed survives.
        terminal.press("half ty")
        await terminal.see("half ty")
        try application.finish()
        await terminal.see("result of userDefined")
        await terminal.see("Doses  3")
        await terminal.see("> half ty")
        terminal.press(PseudoTerminal.clear, "jobs\r")
        await terminal.see("nothing is pending")
        terminal.press("quit\r")
        #expect(await terminal.status() == 0)
        await application.end()
    }

    @Test func severalResultsAreToldApart() async throws {
        let application = try Application()
        let terminal = try await terminal(application, ["--json"])
        for _ in 0..<2 {
            terminal.press(Self.pending)
            await terminal.see("what is pending")
        }
        terminal.press("jobs\r")
        let jobs = await terminal.see("}]}")
        let nonces = jobs.matches(of: /"nonce":([0-9]+)/).map { String($0.output.1) }
        #expect(Set(nonces).count == 2)
        for nonce in nonces {
            try application.finish()
            await terminal.see("result of userDefined (nonce \(nonce))")
            await terminal.see(#""result":100"#)
        }
        terminal.press(PseudoTerminal.end)
        #expect(await terminal.status() == 0)
        await application.end()
    }

    @Test func whatIsPendingAtTheEndIsGivenUpAloud() async throws {
        let application = try Application()
        let terminal = try await terminal(application)
        terminal.press(Self.pending)
        await terminal.see("what is pending")
        terminal.press("quit\r")
        await terminal.see("not waiting for userDefined (nonce ")
        await terminal.see("any more; the command goes on")
        #expect(await terminal.status() == 0)
        await application.end()
    }

    /// Typed in full, as `send` gives it, or by its key, with a line begun: each while a command is without an answer.
    @Test(arguments: [
        "emergency stop\r", "emergency stop --json\r", "send emergencyStop\r", "send 200\r", "half ty\(stopKey)",
        stopKey,
    ])
    func anEmergencyStopGoesOutAtOnce(_ keys: String) async throws {
        let application = try Application()
        let terminal = try await terminal(application, ["--timeout", "60s"])
        terminal.press(Self.pending)
        await terminal.see("what is pending")
        terminal.press(Self.silent)
        #expect(await becomes { application.asked.contains("userDefined 6") })
        // A line that waits for the one before.
        terminal.press("ping\r")
        terminal.press(keys)
        #expect(await becomes { application.asked.contains("emergencyStop -1") })
        await terminal.see(keys.contains("json") ? #""result":100"# : "success")
        #expect(!application.asked.contains { $0.hasPrefix("none") })
        if keys.hasPrefix("half") { await terminal.see("> half ty") }
        // Ctrl-C leaves the line that is begun, then the command; the next line is done then.
        if keys.hasPrefix("half") { terminal.press(PseudoTerminal.interrupt) }
        if keys.hasPrefix("half") { await terminal.see("\u{1B}[K") }
        terminal.press(PseudoTerminal.interrupt)
        await terminal.see("interrupted")
        application.open()
        await terminal.see("alive: answer")
        terminal.press(PseudoTerminal.end)
        #expect(await terminal.status() == 0)
        await application.end()
    }

    @Test func aStopThatIsUnderWayIsSeenThrough() async throws {
        let application = try Application()
        let terminal = try await terminal(application)
        terminal.press("emergency stop\rquit\r")
        #expect(await terminal.status() == 0)
        #expect(application.asked == ["emergencyStop -1"])
        await application.end()
    }

    /// Half of the key is none, whatever follows it.
    @Test func halfOfTheKeyDoesNothing() async throws {
        let application = try Application()
        let terminal = try await terminal(application)
        terminal.press("\u{18}ping\u{18}\r")
        terminal.press(PseudoTerminal.clear, "ping\r")
        await terminal.see("alive: answer")
        #expect(!application.asked.contains("emergencyStop -1"))
        terminal.press(PseudoTerminal.clear, "quit\r")
        #expect(await terminal.status() == 0)
        await application.end()
    }

    // MARK: - Ctrl-C

    @Test func ctrlCClearsTheLine() async throws {
        let application = try Application()
        let terminal = try await terminal(application)
        terminal.press("emergency st")
        await terminal.see("emergency st")
        terminal.press(PseudoTerminal.interrupt)
        await terminal.see("\u{1B}[K")
        terminal.press("ping\r")
        await terminal.see("alive: answer")
        terminal.press("quit\r")
        #expect(await terminal.status() == 0)
        await application.end()
    }

    @Test func onAnEmptyLineItEndsTheConsoleWhenPressedTwice() async throws {
        let application = try Application()
        let terminal = try await terminal(application)
        for _ in 0..<2 {
            terminal.press(PseudoTerminal.interrupt)
            await terminal.see("Ctrl-C again ends the console.")
            // A key between begins anew.
            terminal.press("ping\r")
            await terminal.see("alive: answer")
        }
        terminal.press(PseudoTerminal.interrupt)
        await terminal.see("Ctrl-C again ends the console.")
        terminal.press(PseudoTerminal.interrupt)
        #expect(await terminal.status() == 130)
        #expect(terminal.isPlain)
        await application.end()
    }

    @Test func itLeavesACommandAndNotTheConsole() async throws {
        let application = try Application()
        let terminal = try await terminal(application, ["--timeout", "60s"])
        for command in [Self.silent, "events --for 60s\r"] {
            terminal.press(command)
            await terminal.see(String(command.dropLast()))
            #expect(await becomes { application.asked.last == "userDefined 6" })
            if command.hasPrefix("events") { await terminal.see("heartbeat") }
            terminal.press(PseudoTerminal.interrupt)
            await terminal.see("interrupted")
            application.open()
        }
        terminal.press("ping\r")
        await terminal.see("alive: answer")
        terminal.press("quit\r")
        #expect(await terminal.status() == 0)
        await application.end()
    }

    // MARK: - Without a person

    @Test func theLinesOfAScriptDoNotWaitForResultsButItsEndDoes() async throws {
        let application = try Application()
        let script = Self.pending + "ping\r" + Self.pending + "status\r"
        async let run = Tool.console(
            application.connection,
            input: script.replacingOccurrences(of: "\r", with: "\n")
        )
        // Both results come after everything was asked.
        #expect(await becomes { application.asked.last?.hasPrefix("getStatus") == true })
        for _ in 0..<2 { try application.finish() }
        let result = try await run
        #expect(result.status == 0)
        #expect(result.out.matches(of: /Doses  3/).count == 2)
        #expect(result.out.contains("alive: answer"))
        await application.end()
    }

    @Test func inAScriptWaitKeepsTheOrder() async throws {
        let application = try Application()
        let script = "send userDefined --custom-command 5 --wait\nemergency stop\n"
        async let run = Tool.console(application.connection, input: script)
        #expect(await becomes { application.asked == ["userDefined 5"] })
        try application.finish()
        let result = try await run
        #expect(result.status == 0)
        #expect(result.err.contains("waiting for the result"))
        #expect(application.asked == ["userDefined 5", "emergencyStop -1"])
        await application.end()
    }
}
