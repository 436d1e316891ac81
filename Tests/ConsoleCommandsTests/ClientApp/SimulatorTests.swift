import AcquisitionModel
import AcquisitionRPC
import Foundation
import Testing

@testable import ConsoleCommands

/// What the real application does, the simulator does too.
struct SimulatorTests {
    @Test func theDaysFolderEndsInItsDate() throws {
        let day = EventTime(secondsSince1970: 1_793_966_400)
        let name = SimulatedDay.name(day)
        #expect(name.count == 8 && name.hasPrefix("2026") && name.allSatisfy(\.isNumber), "\(name)")
        #expect(Trainer(dialect: .current, day: day).status.project.dayPath == "/srv/trainer/data/\(name)")
        var simulation = SessionSimulation(dialect: .current, seed: 1, animal: nil, deviceId: "rig-7", day: day)
        var seen: Set<ApiEventKind> = []
        for _ in 0..<200 {
            guard case .event(let event) = simulation.next().content else { continue }
            seen.insert(event.kind)
            if event.kind == .dayStarted {
                #expect(event.context["dayPath"]?.string?.hasSuffix("/\(name)") == true)
                #expect(event.context["date"]?.double == SimulatedDay.midnight(day))
            }
            if event.kind == .projectChanged {
                #expect(event.context["day"] == .string(name))
                #expect(event.context["deviceId"] == "rig-7")
            }
            if let location = event.context["location"]?.string { #expect(location.contains("/\(name)/")) }
        }
        #expect(seen.isSuperset(of: [.dayStarted, .projectChanged]))
    }

    @Test func midnightIsTheBeginningOfTheDay() {
        for offset in stride(from: 0, to: 400, by: 13) {
            let time = EventTime(secondsSince1970: 1_793_966_400 + Double(offset) * 86_400 + 3 * 3600)
            let midnight = SimulatedDay.midnight(time)
            let passed = (time.secondsSince1970 ?? 0) - midnight
            #expect(passed >= 0 && passed < 90_001)
            #expect(SimulatedDay.name(EventTime(secondsSince1970: midnight)) == SimulatedDay.name(time))
            #expect(SimulatedDay.name(EventTime(secondsSince1970: midnight - 1)) != SimulatedDay.name(time))
        }
    }

    @Test func anotherDayBegins() throws {
        let day = EventTime(secondsSince1970: 1_793_966_400)
        let trainer = Trainer(dialect: .current, day: day)
        #expect(trainer.beginDay(day) == nil)
        let next = EventTime(secondsSince1970: 1_793_966_400 + 2 * 86_400)
        let event = try #require(trainer.beginDay(next))
        #expect(event.kind == .dayStarted)
        var later = trainer
        later.observe(event)
        #expect(later.status.project.dayPath == SimulatedDay.path(next))
        #expect(later.beginDay(next) == nil)
    }

    @Test(arguments: Dialect.allCases)
    func anEmergencyNamesItsReasonInTheReply(_ dialect: Dialect) {
        var trainer = Trainer(dialect: dialect)
        for command in [ApiCommand.emergencyStop, .emergencyResume] {
            let response = trainer.handle(ApiCommandRequest(command)).response
            #expect(response == .success(["reason": "RpcService"]))
        }
        let unknown = trainer.handle(ApiCommandRequest(ApiCommand(rawValue: 77))).response
        #expect(unknown.result == .unrecognized && unknown.errorCode == 2)
    }

    @Test(
        arguments: [
            (["--device-id", "rig-7"], [:], "rig-7"), ([], ["ACQUISITION_DEVICE_ID": "rig-8"], "rig-8"),
            ([], [:], "rig-simulated"),
        ]
            as [([String], [String: String], String)]
    )
    func theRigHasItsName(_ arguments: [String], _ environment: [String: String], _ name: String) async throws {
        let ports = ["--json", "--subscriber-port", "0", "--command-port", "0"]
        let program = try Program("client-app", ports + arguments, environment: environment)
        let ready = try JSONReader.read(try await program.output.next(with: "subscriber"))
        let port = try #require(ready["command"]?.string?.split(separator: ":").last.map(String.init))
        let run = try await Tool.console(["configuration", "--json", "--command-port", port])
        #expect(try run.json()[0]["data"]?["deviceId"] == .string(name), "\(run.err)")
        try program.type("quit")
        #expect(await program.status() == 0)
    }
}
