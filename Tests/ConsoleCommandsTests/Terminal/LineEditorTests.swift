import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Foundation
import Testing

@testable import ConsoleCommands

/// The prompt, as a person at a terminal meets it: with `client-app`.
@Suite(.timeLimit(.minutes(1)))
struct LineEditorTests {
    private let history = FileManager.default.temporaryDirectory.appending(path: "\(UUID())/history").path

    private func start(columns: UInt16 = 80) async throws -> (PseudoTerminal, RpcClient) {
        let terminal = try PseudoTerminal(
            "client-app",
            ["--subscriber-port", "0", "--command-port", "0"],
            environment: ["ACQUISITION_HISTORY": history],
            columns: columns
        )
        let screen = await terminal.see("trainer> ")
        #expect(screen.contains("ready: events on "))
        let endpoints = screen.matches(of: /tcp:\/\/127\.0\.0\.1:[0-9]+/).map { String($0.output) }
        return (terminal, try createApiClient(command: endpoints[1], subscriber: endpoints[0]))
    }

    /// Whatever the locale says, what is typed is kept.
    @Test(arguments: ["C", "POSIX", "xx_YY.ISO-8859-1", "C.UTF-8"])
    func charactersBeyondASCIIAreKept(_ locale: String) async throws {
        let terminal = try PseudoTerminal(
            "client-app",
            ["--subscriber-port", "0", "--command-port", "0"],
            environment: ["ACQUISITION_HISTORY": "", "LC_ALL": locale, "LANG": locale]
        )
        await terminal.see("trainer> ")
        terminal.press("emergency stop größe 体 😀\r")
        await terminal.see("\"reason\":\"größe 体 😀\"")
        terminal.press("quit\r")
        #expect(await terminal.status() == 0)
    }

    @Test func wordsAndKindsAreCompleted() async throws {
        let (terminal, _) = try await start()
        terminal.press("ev", PseudoTerminal.tab)
        await terminal.see("ent ")
        terminal.press("tunnelEn", PseudoTerminal.tab)
        await terminal.see("ter ")
        terminal.press("\r")
        await terminal.see("event    tunnelEnter")
        terminal.press("mode cal", PseudoTerminal.tab, PseudoTerminal.tab)
        await terminal.see("calibration3d   calibrationDcs")
        terminal.press(PseudoTerminal.clear, "quit\r")
        #expect(await terminal.status() == 0)
        #expect(terminal.isPlain)
    }

    @Test func whatHappensAppearsAboveTheHalfTypedLine() async throws {
        let (terminal, client) = try await start()
        terminal.press("event tunnel")
        await terminal.see("event tunnel")
        #expect(!terminal.isPlain)
        #expect(try await client.request(.emergencyStop).result == .success)
        let screen = await terminal.see("emergencyStop  {")
        #expect(screen.contains("\r\u{1B}[J"))
        await terminal.see("trainer> event tunnel")
        terminal.press("Exit\r")
        await terminal.see("event    tunnelExit")
        terminal.press("quit\r")
        #expect(await terminal.status() == 0)
    }

    @Test func aLineThatFillsSeveralRowsSurvivesToo() async throws {
        let (terminal, client) = try await start(columns: 40)
        let long = "emergency stop " + String(repeating: "é", count: 59) + "!"
        terminal.press(long)
        // Only the last character says that the whole line was read: what is shown above goes between two keys.
        await terminal.see("!")
        #expect(try await client.request(.emergencyStop).result == .success)
        // 9 columns of prompt and 75 of text: the cursor is in the third row.
        await terminal.see("\u{1B}[2A\u{1B}[J")
        await terminal.see("trainer> emergency stop ")
        terminal.press(" end\r")
        await terminal.see(String(repeating: "é", count: 59) + "! end\"")
        terminal.press("quit\r")
        #expect(await terminal.status() == 0)
    }

    @Test func typedLinesComeBackAndAreKept() async throws {
        let (terminal, _) = try await start()
        terminal.press("event tunnelEnter\r")
        await terminal.see("event    tunnelEnter")
        terminal.press(PseudoTerminal.up)
        await terminal.see("event tunnelEnter")
        terminal.press("\r")
        await terminal.see("event    tunnelEnter")
        terminal.press("quit\r")
        #expect(await terminal.status() == 0)
        let (second, _) = try await start()
        second.press(PseudoTerminal.up, PseudoTerminal.up)
        await second.see("event tunnelEnter")
        second.press("\r")
        await second.see("event    tunnelEnter")
        second.press(PseudoTerminal.end)
        #expect(await second.status() == 0)
        let permissions = try FileManager.default.attributesOfItem(atPath: history)[.posixPermissions] as? Int
        #expect(permissions == 0o600)
    }

    @Test func signalsLeaveACleanTerminal() async throws {
        let (terminal, _) = try await start()
        terminal.press("half a li")
        await terminal.see("half a li")
        // On a line that is begun it clears it, and on an empty one it takes two.
        terminal.press(PseudoTerminal.interrupt)
        await terminal.see("\u{1B}[10G\u{1B}[K")
        terminal.press(PseudoTerminal.interrupt)
        await terminal.see("Ctrl-C again ends the program")
        terminal.press(PseudoTerminal.interrupt)
        await terminal.see("applicationTerminating")
        #expect(await terminal.status() == 130)
        #expect(terminal.isPlain)
        let (second, _) = try await start()
        // Even in the middle of a sequence of keys.
        second.press("x\u{1B}")
        await second.see("x")
        second.terminate()
        await second.see("applicationTerminating")
        #expect(await second.status() == 143)
        #expect(second.isPlain)
    }

    @Test func theEndOfTheInputEndsTheProgram() async throws {
        let (terminal, _) = try await start()
        terminal.press(PseudoTerminal.end)
        #expect(await terminal.status() == 0)
        #expect(terminal.isPlain)
    }
}
