import ArgumentParser
import Testing

@testable import ConsoleCommands

struct ArgumentOrderTests {
    @Test(arguments: [
        ("", "prompt"),
        ("status", "status"),
        ("--host H status", "status --host H"),
        ("--host=H --json status --command-port 1", "status --host=H --json --command-port 1"),
        ("--host H", "prompt --host H"),
        ("-qv --json", "prompt -qv --json"),
        ("--host", "prompt --host"),
        ("--host status ping", "ping --host status"),
        ("--host H -- status --x", "status --host H --x"),
        ("--json --", "prompt --json"),
        ("--json send 99999 -- --data", "send --json 99999 -- --data"),
        ("--json emergency stop", "emergency --json stop"),
        ("--help", "--help"),
        ("--host H --help", "--host H --help"),
        ("--version", "--version"),
        ("--bogus status", "--bogus status"),
        ("--bogus=1 status", "--bogus=1 status"),
        ("--json help send", "help send"),
        ("--json bogus", "bogus"),
        ("--generate-completion-script bash", "--generate-completion-script bash"),
    ])
    func optionsGoBehindTheCommand(_ given: String, _ wanted: String) {
        let words = { (text: String) in text.split(separator: " ").map(String.init) }
        #expect(ArgumentOrder.remoteConsole.arranged(words(given)) == words(wanted))
    }

    @Test func everyOptionOfEveryCommandIsKnown() throws {
        let order = ArgumentOrder.remoteConsole
        for option in order.valued {
            let value =
                ["--dialect": "auto", "--color": "auto", "--log-format": "text", "--define": "a=70001"][option] ?? "1"
            _ = try RemoteConsole.parseAsRoot(order.arranged([option, value, "status"]))
        }
        for flag in order.flags { _ = try RemoteConsole.parseAsRoot(order.arranged([flag, "status"])) }
        let help = RemoteConsole.helpMessage()
        for option in order.valued.union(order.flags) { #expect(help.contains(option)) }
    }

    @Test func theLaterOneWins() throws {
        let arguments = ArgumentOrder.remoteConsole.arranged(["--host", "a", "status", "--host", "b"])
        let command = try #require(try RemoteConsole.parseAsRoot(arguments) as? StatusCommand)
        #expect(command.connection.host?.host == "b")
    }
}
