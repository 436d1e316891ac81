import AcquisitionModel
import AcquisitionRPC
import Foundation
import TestSupport
import Testing

/// The service that runs beside every Mouse-GYM rig, which gives all its commands one nonce and reads strictly.
@Suite(.timeLimit(.minutes(2)))
struct DeviceServiceTests {
    @Test(arguments: ["full", "dedup"]) func everyCommandIsAnsweredAndEverythingIsRead(_ plan: String) async throws {
        let arguments = [
            "--json", "--simulate", "--speed", "20", "--subscriber-port", "0", "--command-port", "0",
            "--heartbeat-interval", "0.2",
        ]
        let trainer = try ToolProcess.tool("client-app", arguments + (plan == "dedup" ? ["--deduplicate", "60"] : []))
        let ready = try JSONReader.read(await trainer.line { $0.contains("\"command\"") })
        let (events, commands) = try (ready.text("subscriber"), ready.text("command"))
        let service = try ToolProcess(
            ".venvs/tools/bin/python",
            ["Tests/Peers/device_service.py", events, commands, plan]
        )
        var replies: [(command: Int, result: Int)] = []
        var isDone = false
        for await line in service.lines {
            let report = try JSONReader.read(line)
            #expect(report["throws"] == nil, "\(line)")
            // The service refuses nothing; the application may.
            #expect(report["kind"]?.int != 1, "\(line)")
            if let result = report["reply"]?.int, let command = report["command"]?.int {
                replies.append((command, result))
            }
            guard report["done"] != nil else { continue }
            isDone = true
            #expect(report["missing"] == [] && report["messages"]?.int ?? 0 > 0, "\(line)")
        }
        #expect(await service.status() == 0, "\(service.errorsSoFar)")
        #expect(isDone && replies.count > 15)
        for command in [200, 300, 400, 1000] {
            let results = replies.filter { $0.command == command }.map(\.result)
            #expect(results.contains(100), "\(command): \(results)")
        }
        // Each resume after a stop is carried out.
        let resumes = replies.filter { $0.command == 210 }.map(\.result)
        #expect(plan == "dedup" ? resumes == [100, 100, 100, 100] : resumes.first == 100, "\(resumes)")
        trainer.send(signal: SIGTERM)
        _ = await trainer.status()
    }
}
