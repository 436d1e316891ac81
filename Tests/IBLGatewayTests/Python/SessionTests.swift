import AcquisitionRPC
import GatewayCore
import IBLGateway
import TestSupport
import Testing

/// What iblrig's networked session does with its rigs, of which this one is one, or the only one.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct SessionTests {
    private func session(_ rigs: [String], _ options: [String] = []) async throws -> [JSONValue] {
        let arguments = ["Tests/Peers/iblrig_session.py", "mouse"] + rigs + options
        let process = try ToolProcess(".venvs/ibl/bin/python", arguments)
        _ = await process.status()
        #expect(process.errorsSoFar.isEmpty, "\(process.errorsSoFar)")
        return try process.outputSoFar.split(separator: "\n").map { try JSONReader.read(Array($0.utf8)) }
    }

    private static let steps: [JSONValue] = ["info", "init", "start", "running", "stop", "cleanup", "after"]

    @Test(arguments: RigURI.Transport.allCases)
    func aSessionWithAnotherMainSync(_ transport: RigURI.Transport) async throws {
        let bench = try GatewayBench()
        try await bench.run(IBLGatewaySettings(transport: transport)) { uri in
            let lines = try await session(["cameras=\(uri)"], ["--stand-in"])
            #expect(lines.compactMap { $0["step"] } == ["info"] + Self.steps, "\(lines)")
            let info = try #require(lines.first { $0["rig"] == "cameras" }?["data"])
            #expect(info.object?.value(ofExactly: "main_sync") == false)
            #expect(info.object?.value(ofExactly: "exp_ref") == .null && info["extra"] == "x")
            let reference = try #require(lines.first { $0["step"] == "init" }?["exp_ref"])
            #expect(reference.string?.hasSuffix("_4_mouse") == true)
            #expect(lines.first { $0["step"] == "start" }?["answers"]?["cameras"] == reference)
            #expect(lines.first { $0["step"] == "running" }?["answers"] == ["cameras": [20, reference, 20]])
            #expect(lines.last?["answers"] == ["cameras": nil])
        }
        #expect(bench.commands.map { $0.data["mode"] } == [100, 0])
        #expect(bench.commands.first?.data["number"] == 4)
    }

    @Test func aSessionWhoseMainSyncThisIs() async throws {
        let bench = try GatewayBench()
        var settings = IBLGatewaySettings(keepsLogins: true)
        settings.info.set("main_sync", to: true)
        try await bench.run(settings) { uri in
            let login = ["--login", "https://alyx.example.org", "anna", "secret"]
            for number in 1...2 {
                let lines = try await session(["daq=\(uri)"], login)
                #expect(
                    lines.compactMap { $0["step"] } == ["login"] + Self.steps.prefix(4) + ["token"]
                        + Self.steps.suffix(3)
                )
                let prepared = try #require(lines.first { $0["step"] == "init" }, "\(lines)")
                #expect(prepared["main"] == "daq" && prepared["exp_ref"]?.string?.hasSuffix("_\(number)_mouse") == true)
                #expect(lines.first { $0["step"] == "token" }?["right"] == true)
            }
        }
    }

    /// The session fails at once with what is wrong, and not after its time, where there is no process.
    @Test func aSessionWithoutAProcess() async throws {
        let bench = try GatewayBench()
        await bench.service.stop()
        try await bench.run(isWaiting: false) { uri in
            let controller = try await PythonRig.client(of: uri)
            let prepared = try await controller.call("init", [["exp_ref": "2026-01-01_1_mouse"]])
            #expect(prepared == .null)
            let heard = try await controller.heard()
            #expect(heard[0] == 0 && heard[2] == 1, "\(heard)")
            await controller.end()
        }
    }
}
