import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct CheckTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func check(_ text: String) async throws -> (status: Int32, output: String, errors: String) {
        let file = try folder.write("rig.toml", text)
        let process = try ToolProcess.tool("rpc-gateway", ["check", file])
        let status = await process.status()
        return (status, process.outputSoFar, process.errorsSoFar.replacingOccurrences(of: file, with: "rig.toml"))
    }

    @Test func aFileWithoutMistakesIsToldWhatItRuns() async throws {
        let result = try await check(
            """
            [service]
            host = "rig-1"
            [dareplane]
            listen = "127.0.0.1:8081"
            [ibl]
            [liaison]
            [serve]
            command_port = 6001
            subscriber_port = 6002
            [modules.one]
            kind = "conn_only"
            ip = "127.0.0.1"
            port = 8081
            """
        )
        #expect(result.errors == "")
        #expect(result.status == 0)
        for line in ["dareplane: ", "ibl: ", "liaison: ", "control-room: 1 modules"] {
            #expect(result.output.contains(line), "\(result.output)")
        }
    }

    /// A file of the real control room's, with keys of its other releases.
    @Test func whatIsPassedOverIsSaidWithItsLine() async throws {
        let result = try await check(
            """
            title = "ours"
            [exe.modules.one]
            type = "recording"
            ip = "127.0.0.1"
            port = 8081
            loglevel = 10
            retry_connection_after_s = 2
            """
        )
        #expect(result.errors == "")
        #expect(result.status == 0)
        let lines = [
            "rig.toml:1: title: ", "rig.toml:6: exe.modules.one.loglevel: ", "rig.toml:7: exe.modules.one.retry",
        ]
        for line in lines { #expect(result.output.contains(line), "\(result.output)") }
        #expect(result.output.contains("control-room: 1 modules"))
        let ours = try await check("title = 'ours'\n[dareplane]\n[modules.one]\nkind='conn_only'\nip='h'\nport=1")
        #expect(ours.errors.contains("rig.toml:1: title: is not known here"))
        #expect(ours.status != 0)
    }

    @Test func everyMistakeIsSaidWithItsLine() async throws {
        let result = try await check(
            """
            [service]
            command_port = 70000
            [dareplane]
            lisen = "127.0.0.1:8081"
            [dareplane.map]
            START = "stratAcquisition"
            [[dareplane.callback]]
            event = "trialStarted"
            send = "MARK"
            [liaison]
            listen = 5
            [serve]
            security = "required"
            [modules.one]
            kind = "pyton"
            ip = "127.0.0.1"
            port = 8081
            """
        )
        #expect(result.status == 64)
        let places = result.errors.split(separator: "\n").map {
            $0.split(separator: ": ").prefix(3).joined(separator: ": ")
        }
        #expect(
            places == [
                "error: rig.toml:2: service.command_port", "error: rig.toml:4: dareplane.lisen",
                "error: rig.toml:6: dareplane.map.START", "error: rig.toml:7: dareplane.callback[1].to",
                "error: rig.toml:11: liaison.listen", "error: rig.toml:12: serve.keys",
                "error: rig.toml:15: modules.one.kind",
            ]
        )
    }

    @Test(arguments: ["", "[service]\n", "[other]\n", "x = \n", "[serve]\n[dareplane]\n"])
    func whatNamesNothingToRunOrIsNoTOMLIsRefused(_ text: String) async throws {
        let result = try await check(text)
        #expect(result.status == 64)
        #expect(result.errors.hasPrefix("error: rig.toml"), "\(result.errors)")
    }

    @Test func aFileThatIsNotThereIsRefused() async throws {
        let process = try ToolProcess.tool("rpc-gateway", ["run", "--config", "\(folder.path)/none.toml"])
        #expect(await process.status() == 64)
        #expect(process.errorsSoFar.contains("none.toml' cannot be read"))
    }
}
