import AcquisitionModel
import Testing

/// The program against the services of the Python package.
@Suite(.timeLimit(.minutes(2)))
struct PythonPeerTests {
    @Test(arguments: ["current", "legacy"])
    func everythingWorksAgainst(_ release: String) async throws {
        let peer = try await PythonService.start(release)
        defer { peer.end() }
        let isLegacy = release == "legacy"
        let console = { (arguments: String) in
            try await Tool.console(peer.connection + arguments.split(separator: " ").map(String.init))
        }

        #expect(try await console("ping --count 2").status == 0)

        let status = try await console("status --json")
        #expect(status.status == 0)
        #expect(try status.json()[0]["data"]?[isLegacy ? "appStatus" : "applicationMode"] == 0)
        let configuration = try await console("configuration")
        #expect(configuration.status == 0)
        #expect(configuration.out.contains("/data/configuration"))

        let start = try await console("start --json")
        #expect(start.status == 0)
        #expect(try start.json()[0]["command"] == (isLegacy ? 100 : 120))
        #expect(try start.json()[0]["result"] == 100)
        #expect(start.err.contains("waiting for the result") == isLegacy)
        #expect(try await console("stop").status == 0)

        let calibration = try await console("mode calibrationDcs")
        #expect(calibration.status == (isLegacy ? 1 : 0))
        if !isLegacy { #expect(calibration.err.contains("waiting for the result")) }
        #expect(try await console("animals").status == (isLegacy ? 1 : 0))

        let sent = try await console("send userDefined --custom-command 3 --data {\"number\":5} --json")
        #expect(try sent.json()[0]["data"]?["number"] == 5)
        let failed = try await console("send userDefined --custom-command 500")
        #expect(failed.status == 1)
        #expect(failed.err.contains("exception (500)"))

        let heartbeats = try await console("events --topic heartbeat --count 2 --json")
        #expect(try heartbeats.json().compactMap { $0["payload"]?["version"]?.string }.count == 2)
        #expect(try await console("doctor").status == 0)
    }

    @Test(arguments: ["current", "legacy"])
    func eventsOf(_ release: String) async throws {
        let peer = try await PythonService.start(release)
        defer { peer.end() }
        async let shown = Tool.console(peer.connection + ["events", "--topic", "event", "--count", "1", "--json"])
        // Published again and again, since nobody can say when the subscription stands.
        let publisher = Task {
            while (try? await Task.sleep(for: .milliseconds(50))) != nil { try peer.publish(301, #"{"mode": 100}"#) }
        }
        let event = try await shown.json()[0]
        publisher.cancel()
        #expect(event["kindName"] == (release == "legacy" ? "acquisitionStarted" : "applicationModeChanged"))
        #expect(event["payload"]?["context"] == ["mode": 100])
    }
}
