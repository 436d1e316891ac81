import Foundation
import GatewayCore
import LiaisonGateway
import TestSupport
import Testing

/// JavaScript, as a page or an Electron application uses a backend.
@Suite(.timeLimit(.minutes(1)))
struct NodeTests {
    private func run(_ bench: Bench) throws -> ToolProcess {
        let script = Fixtures.checkout.appending(path: "Tests/Peers/liaison_client.mjs").path
        let arguments = ["node", "--no-warnings", "--experimental-websocket", script, "ws://\(bench.address)"]
        return try ToolProcess("/usr/bin/env", arguments)
    }

    /// The example of the package's README: a test of two lists of numbers.
    @Test func theExampleOfTheReadme() async throws {
        let companion = LiaisonCompanion()
        try companion.register(
            "scipy.stats:ttest_ind",
            .init("a", as: [Double].self),
            .init("b", as: [Double].self),
            .init("equal_var", default: true)
        ) { a, b, isEqual in
            #expect(!isEqual)
            func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
            func error(_ values: [Double]) -> Double {
                values.reduce(0) { $0 + ($1 - mean(values)) * ($1 - mean(values)) }
                    / Double(values.count * (values.count - 1))
            }
            return [(mean(a) - mean(b)) / (error(a) + error(b)).squareRoot()]
        }
        try await Bench.run(companion) { bench in
            let node = try run(bench)
            let a = "[0.5982758, 0.67019733, 0.68617796, 0.28764011]"
            let b = "[0.41138649, 1.67023998, 1.0420896, 1.49671732]"
            try node.write(#"["run", ["scipy.stats:ttest_ind", \#(a), \#(b)], {"equal_var": false}]"#)
            try node.closeInput()
            let reply = try JSONReader.read(await node.line())
            #expect(reply["tag"] == "response")
            let statistic = try #require(reply["value"]?[0]?.double)
            #expect((-2.05 ... -2.0).contains(statistic), "\(statistic)")
            let status = await node.status()
            #expect(status == 0, "\(node.errorsSoFar)")
        }
    }

    @Test func everythingElse() async throws {
        let exchanges: [(command: String, reply: JSONValue)] = [
            (#"["ping"]"#, ["tag": "response", "value": "pong"]),
            (#"["store", ["ä", [false, 0, ""]]]"#, ["tag": "response", "value": "ä"]),
            (#"["get", ["ä"]]"#, ["tag": "response", "value": [false, 0, ""]]),
            (#"["run", ["math:sqrt"], {"x": 16}]"#, ["tag": "response", "value": 4]),
            (#"["run", ["builtins:float", "nan"]]"#, ["tag": "response", "value": nil]),
            (#"["exists", ["nothing"]]"#, ["tag": "response", "value": false]),
            (
                #"["get", ["nothing"]]"#,
                [
                    "tag": "error",
                    "value": [
                        "Traceback (most recent call last):\n", "ModuleNotFoundError: No module named 'nothing'\n",
                    ],
                ]
            ),
        ]
        try await Bench.run(Fixture.companion()) { bench in
            let node = try run(bench)
            for exchange in exchanges { try node.write(exchange.command) }
            try node.closeInput()
            for exchange in exchanges { #expect(try JSONReader.read(await node.line()) == exchange.reply) }
            let status = await node.status()
            #expect(status == 0, "\(node.errorsSoFar)")
        }
    }
}
