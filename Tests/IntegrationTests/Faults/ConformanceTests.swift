import AcquisitionModel
import Foundation
import TestSupport
import Testing

/// `Scripts/conformance` in its short form: this package's column of the table. Takes about 10 s.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct ConformanceTests {
    @Test func thisPackageSurvivesWhatTheTableSays() async throws {
        let program = ToolProcess.products.appending(path: "fault-peer").path
        let script = try ToolProcess(
            ".venvs/tools/bin/python",
            ["Tests/Peers/conformance.py", program, "--short", "--json"]
                // Its memory is not the program's own then (see ProcessResources.growth).
                + (Sanitizer.current == nil ? [] : ["--any-memory"])
        )
        _ = await script.status()
        let outcomes = try script.outputSoFar.split(separator: "\n").map { try JSONReader.read(String($0)) }
        #expect(outcomes.count > 20, "\(script.errorsSoFar)")
        for outcome in outcomes {
            let name = try outcome.text("case")
            #expect(outcome["survives"] == true, "\(name): \(outcome)")
        }
        // Every row of the table is one that was run.
        let readme = try String(contentsOf: Fixtures.checkout.appending(path: "README.md"), encoding: .utf8)
        for outcome in outcomes { #expect(try readme.contains("| \(outcome.text("case")) |")) }
    }
}
