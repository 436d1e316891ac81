import AcquisitionRPC
import GatewayCore
import TestSupport
import Testing

@testable import IBLGateway

/// Which experiment a rig says it is at.
@Suite(.timeLimit(.minutes(1)))
struct ExperimentMemoryTests {
    /// From EXPINIT on, until EXPCLEANUP, EXPINTERRUPT or the next EXPINIT; as it was written.
    @Test func theExperimentIsToldUntilItIsOver() async throws {
        let one: JSONValue = "2026-01-01_001_mouse"
        let steps: [(RigMessage, reference: JSONValue)] = [
            (.status(.connected), nil),
            (.initialize(["exp_ref": one]), one),
            (RigMessage(.start, [nil, nil]), one),
            (.stop(), one),
            (.initialize(["exp_ref": ["subject": "rat", "date": "2026-01-02", "sequence": 7]]), "2026-01-02_7_rat"),
            (.initialize(), nil),
            (RigMessage(.start, [one, nil]), one),
            (.stop(immediately: true), nil),
            (.initialize(["expRef": one]), one),
            (.cleanup(), nil),
        ]
        let bench = try GatewayBench()
        try await bench.run(IBLGatewaySettings(announces: false)) { uri in
            let controller = Communicator.client(uri)
            try await controller.whileRunning { _ in
                for (message, reference) in steps {
                    let answer = try await controller.ask(message)
                    #expect(answer.failure == nil, "\(answer)")
                    if message.event == .start { #expect(answer.referenceText == reference.string) }
                    let info = try await controller.ask(.info(.connected))
                    #expect(info.data.object?.value(ofExactly: "exp_ref") == reference, "\(message): \(info)")
                }
                for misspelt: JSONValue in ["mouse", 7, ["subject": "rat"], "2026-02-30_1_m"] {
                    let answer = try await controller.ask(.initialize(["exp_ref": misspelt]))
                    #expect(answer.failure != nil, "\(misspelt)")
                }
            }
        }
        // The first start named none, and meant the one that was prepared.
        #expect(bench.commands.first?.data["subject"] == "mouse" && bench.commands.first?.data["number"] == 1)
    }

    @Test func whatTheProcessSaysGoesWithWhatTheLabSays() {
        let info = RigInfo(fixed: ["main_sync": true, "exp_ref": nil, "rig_version": "8"])
        let said: JSONValue = ["expRef": "2026-01-01_1_own", "mainSync": 5]
        let expected: JSONValue = [
            "expRef": "2026-01-01_1_own", "mainSync": 5, "main_sync": true, "exp_ref": "2026-01-01_1_own",
            "rig_version": "8", "status": 20,
        ]
        #expect(info.data(said, status: .running, experiment: nil) == expected)
        let nothing = info.data(nil, status: .connected, experiment: nil)
        #expect(nothing == ["main_sync": true, "exp_ref": nil, "rig_version": "8", "status": 0])
        #expect(info.data([1], status: .connected, experiment: nil)["data"] == [1])
    }

    @Test func theNextExperimentIsCounted() throws {
        func experiment(_ text: String) throws -> RigExperiment { RigExperiment(try ExperimentReference(text)) }
        var numbers = ExperimentNumbers()
        #expect(numbers.next(of: "m", on: "2026-01-01")?.text == "2026-01-01_1_m")
        numbers.took(try experiment("2026-01-01_1_m"))
        numbers.took(try experiment("2026-01-01_4_n"))
        #expect(numbers.next(of: "m", on: "2026-01-01")?.text == "2026-01-01_2_m")
        #expect(numbers.next(of: "n", on: "2026-01-01")?.text == "2026-01-01_5_n")
        #expect(numbers.next(of: "n", on: "2026-01-02")?.text == "2026-01-02_1_n")
        #expect(numbers.next(of: "no name", on: "2026-01-01") == nil)
        numbers.took(try experiment("2026-01-02_1_n"))
        numbers.took(try experiment("2025-12-31_9_n"))
        #expect(numbers.next(of: "n", on: "2026-01-02")?.text == "2026-01-02_2_n")
    }

    /// Answers come in any order; what was said last counts.
    @Test func aSlowAnswerChangesNothingThatIsNewer() throws {
        var state = RigState()
        let peer = RigURI(port: 1)
        state.completed(.interrupt, by: peer, number: 2)
        state.completed(.start, by: peer, number: 1)
        #expect(state.status == .stopped)
        let experiment = RigExperiment(try ExperimentReference("2026-01-01_1_m"))
        state.completed(.start, by: peer, number: 4)
        state.completed(.initialize, experiment, by: peer, number: 3)
        #expect(state.status == .running && state.experiment == experiment)
    }

    /// Orders that come at once are given in their order.
    @Test func ordersAreGivenInTheOrderInWhichTheyCame() async throws {
        let bench = try GatewayBench()
        var settings = IBLGatewaySettings(announces: false)
        settings.gateway.limits.inFlightPerConnection = 1000
        try await bench.run(settings) { uri in
            let controller = Communicator.client(uri)
            try await controller.whileRunning { _ in
                let answers = controller.messages([.start, .end], capacity: 1000)
                for number in 0..<50 {
                    try await controller.start(nil, ["n": .init(number)])
                    try await controller.stop(["n": .init(number)])
                }
                var count = 0
                for await _ in answers {
                    count += 1
                    if count == 100 { break }
                }
            }
        }
        #expect(bench.commands.map { $0.data["n"] } == (0..<50).flatMap { [JSONValue($0), JSONValue($0)] })
        #expect(bench.commands.map { $0.data["mode"] } == (0..<50).flatMap { _ in [100, 0] as [JSONValue] })
    }
}
