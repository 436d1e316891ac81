import AcquisitionRPC
import Foundation
import TestSupport
import Testing

/// The command line of `rpc-gateway`: what is wrong is said with what was meant, as text and as JSON.
@Suite(.timeLimit(.minutes(1)))
struct CommandLineTests {
    private static let commands = ["run", "dareplane", "ibl", "liaison", "control-room", "check", "liaison-constants"]

    private func run(_ arguments: [String]) async throws -> (status: Int32, out: String, err: String) {
        let process = try ToolProcess.tool("rpc-gateway", arguments)
        let status = await process.status()
        return (status, process.outputSoFar, process.errorsSoFar)
    }

    @Test func everyCommandSaysItsVersion() async throws {
        for words in [[]] + Self.commands.map({ [$0] }) {
            let said = try await run(words + ["--version"])
            #expect(said.status == 0, "\(words)")
            #expect(said.out.hasPrefix("rpc-gateway \(Implementation.version) "), "\(words): \(said)")
        }
    }

    @Test func everyCommandSaysErrorsAsJSON() async throws {
        for words in [[]] + Self.commands.map({ [$0] }) {
            let said = try await run(words + ["--json", "--bogus"])
            #expect(said.status == 64)
            let json = try JSONReader.read(said.err)
            #expect(json["level"] == "error" && json["label"] == "rpc-gateway" && json["status"] == 64, "\(said.err)")
        }
        let missing = try await run(["check", "/nonexistent", "--json"])
        #expect(missing.status == 64)
        #expect(try JSONReader.read(missing.err)["message"]?.string?.contains("/nonexistent") == true)
        let address = try await run(["dareplane", "--json", "--listen", "127.0.0.1:70000"])
        #expect(address.status == 64)
        #expect(try JSONReader.read(address.err)["message"]?.string?.contains("0 to 65535") == true)
    }

    @Test(arguments: [
        (["rnu", "--config", "x"], "run"), (["chek", "x"], "check"), (["control", "x"], "control-room"),
        (["run", "--cnofig", "x"], "--config"), (["run", "--config", "x", "--command-port", "70000"], "1 to 65535"),
        (["dareplane", "--host", "h:0"], "1 to 65535"),
        (["dareplane", "--host", "h:1", "--command-port", "2"], "given twice"),
        (["control-room", "--config", "x", "--command-port", "x"], "1 to 65535, or 0"),
    ])
    func saysWhatWasMeant(_ arguments: [String], _ text: String) async throws {
        let said = try await run(arguments)
        #expect(said.status == 64)
        #expect(said.err.contains(text), "\(said.err)")
    }

    /// A mark before the text, a port behind the host.
    @Test func aFileIsReadAsPeopleWriteIt() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("rig.toml", "\u{FEFF}[service]\nhost = \"[::1]:6757\"\n[ibl]\n")
        let said = try await run(["check", file, "--json"])
        #expect(said.status == 0, "\(said.err)")
        let lines = try said.out.split(separator: "\n").map { try JSONReader.read(String($0))["runs"]?.string ?? "" }
        #expect(lines.first?.contains("::1, ports 6757 and 5556") == true, "\(lines)")
        let twice = try folder.write("twice.toml", "[service]\nhost = \"h:1\"\ncommand_port = 2\n[ibl]\n")
        #expect(try await run(["check", twice]).err.contains("names port 1, and command_port is 2"))
        let wrong = try folder.write("wrong.toml", "[service]\nhost = \"h:99999\"\n[ibl]\n")
        #expect(try await run(["check", wrong]).err.contains("1 to 65535"))
    }

    /// The commands' port in place of the events'.
    @Test func theWrongPortForEventsIsExplained() async throws {
        let trainer = try await RunningTrainer()
        let port = "\(trainer.commandPort)"
        let gateway = try ToolProcess.tool(
            "rpc-gateway",
            ["dareplane", "--listen", "127.0.0.1:0", "--command-port", port, "--subscriber-port", port]
        )
        _ = await onAThread { becomesTrue { gateway.errorsSoFar.contains("--subscriber-port") } }
        #expect(gateway.errorsSoFar.contains("takes commands, and nothing is heard of it"), "\(gateway.errorsSoFar)")
        gateway.send(signal: SIGTERM)
        #expect(await gateway.status() == 143)
        trainer.process.send(signal: SIGTERM)
        _ = await trainer.process.status()
    }

    @Test func addressesAreSaidAsJSON() async throws {
        let gateway = try ToolProcess.tool("rpc-gateway", ["dareplane", "--json", "--listen", "127.0.0.1:0"])
        let said = try JSONReader.read(await gateway.line())
        #expect(said["listening"] == "dareplane")
        #expect(said["address"]?.string?.contains("127.0.0.1:") == true)
        gateway.send(signal: SIGTERM)
        #expect(await gateway.status() == 143)
    }
}
