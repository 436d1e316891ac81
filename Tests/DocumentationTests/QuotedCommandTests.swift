import TestSupport
import Testing

/// Every call of a tool in README.md, GATEWAYS.md, SECURITY.md and the articles is one that the tool understands: its help
/// names each option.
@Suite(.timeLimit(.minutes(1)))
struct QuotedCommandTests {
    @Test(arguments: QuotedCommand.all)
    func isUnderstood(_ command: QuotedCommand) async throws {
        // What is written for a shell has no help.
        let isScript = command.options.contains("--generate-completion-script")
        let tool = try ToolProcess.tool(command.tool, command.arguments + (isScript ? [] : ["--help"]))
        let status = await tool.status()
        #expect(status == 0, "\(tool.errorsSoFar)")
        let help = tool.outputSoFar
        if isScript { return #expect(help.contains(command.tool)) }
        for option in command.options { #expect(help.contains(option), "\(option) is not in the help") }
        // A word that is no subcommand would get the help of the whole tool.
        if let word = command.arguments.first, !word.hasPrefix("-") {
            #expect(help.contains("USAGE: \(command.tool) \(word)"), "\(help.prefix(2_000))")
        }
    }

    @Test func theCommandsAreFound() {
        #expect(QuotedCommand.all.count >= 18)
        let text = """
            ```sh
            swift run client-app --simulate   # words
            alias room="remote-console --command-port 1"
            room send x --data '{"a": "b c"}'
            ./other --option
            ```
            remote-console status
            """
        let commands = QuotedCommand.commands(in: text, "a.md")
        #expect(commands.map(\.tool) == ["client-app", "remote-console"])
        #expect(commands.last?.arguments == ["--command-port", "1", "send", "x", "--data", #"{"a": "b c"}"#])
        #expect(commands.last?.options == ["--command-port", "--data"])
        #expect(commands.map(\.place) == ["a.md:2", "a.md:4"])
    }
}
