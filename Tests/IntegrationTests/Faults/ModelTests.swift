#if os(Linux)
    import AcquisitionModel
    import Foundation
    import TestSupport
    import Testing

    /// A service and its clients, driven at random through restarts, losses, repetitions, stops, shortages of threads and
    /// steps of the clock, and held against what the documentation promises: see `Tests/ModelPeer`.
    @Suite(.timeLimit(.minutes(20)))
    struct ModelTests {
        @Test func everyPromiseIsKept() async throws {
            let seconds = Heavy.count(600, short: 16)
            let seed = SeededGenerator().seed >> 1
            let system = try await HarmedSystem()
            let arguments = ["--seconds", "\(seconds)", "--seed", "\(seed)", "--slowdown", "\(Sanitizer.slowdown)"]
            let model = try ToolProcess.tool("model-peer", arguments, environment: system.environment)
            var reports: [JSONValue] = []
            for await line in model.lines {
                let report = try JSONReader.read(line)
                #expect(report["broken"] == nil, "\(line)")
                reports.append(report)
            }
            #expect(await model.status() == 0, "seed \(seed): \(model.errorsSoFar)")
            let last = try #require(reports.last)
            Heavy.report("the model: \(last)")
            #expect(last["what"] == "end", "seed \(seed)")
            // It did what it is meant to do.
            for what in [
                "runs", "stops", "results", "emergency stops", "clock steps", "shortages of threads", "told success",
                "counted answeredAgain", "counted expired", "counted tooLate", "told mayHaveRun", "told notRun",
                "freezes",
            ] {
                #expect(last["counts"]?[what]?.int ?? 0 > 0, "\(what): seed \(seed): \(last)")
            }
            guard Sanitizer.current == nil, reports.count > 4 else { return }
            // What it holds after a fourth of the time is about what it holds at the end.
            let memory = reports.compactMap { $0["memory"]?.double }
            let growth = (memory.last ?? 0) - (memory.dropFirst(reports.count / 4).first ?? 0)
            #expect(growth < 80, "MiB, seed \(seed): \(memory)")
        }
    }
#endif
