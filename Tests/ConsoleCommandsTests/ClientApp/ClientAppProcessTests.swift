import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Foundation
import Testing

@testable import ConsoleCommands

/// `client-app` as a process of its own.
@Suite(.timeLimit(.minutes(1)))
struct ClientAppProcessTests {
    private static let freePorts = ["--subscriber-port", "0", "--command-port", "0", "--json"]

    /// The program, once it is ready, and a client of it that hears it.
    private func start(_ arguments: String...) async throws -> (Program, RpcClient) {
        let program = try Program("client-app", Self.freePorts + arguments)
        let ready = try JSONReader.read(try await program.output.next(with: "\"ready\""))
        #expect(ready.object?.members.map(\.key) == ["ready", "subscriber", "command"])
        #expect(ready["ready"] == true)
        let client = try createApiClient(
            command: try #require(ready["command"]?.string),
            subscriber: try #require(ready["subscriber"]?.string)
        )
        return (program, client)
    }

    /// Waits until the client hears what the program publishes.
    private func hear(_ program: Program, _ client: RpcClient) async throws -> BoundedStream<ApiMessage> {
        let messages = client.messages()
        // A subscription takes effect unseen; a topic of our own shows that it has.
        let probe = Task {
            while !Task.isCancelled {
                try program.type("send 77 {}")
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        for await message in messages where message.topic.rawValue == 77 { break }
        probe.cancel()
        return messages
    }

    private func next(_ kind: ApiEventKind, _ messages: BoundedStream<ApiMessage>) async throws -> ApiEvent {
        for await message in messages {
            if case .event(let event) = message.content, event.kind == kind { return event }
        }
        throw CancellationError()
    }

    @Test func itAnswersPublishesAndEndsWithASignal() async throws {
        let (program, client) = try await start()
        #expect(try await client.request(.getStatus).result == .success)
        #expect(try await client.request(ApiCommand(rawValue: 50)).result == .unrecognized)
        _ = try await program.output.next(with: "\"getStatus\"")
        let messages = try await hear(program, client)
        try program.type(#"event trialCaptureEnded {"sessionId":"s","trialId":2}"#)
        let event = try await next(.trialCaptureEnded, messages)
        #expect(event.context == ["sessionId": "s", "trialId": 2])
        // The end of the input does not end the program.
        try program.input.close()
        #expect(try await client.request(.getAnimals).result == .success)
        program.terminate()
        #expect(try await next(.applicationTerminating, messages).context["reason"] == "Terminated (SIGTERM)")
        #expect(await program.status() == 143)
        client.close()
    }

    @Test func aCalibrationIsPendingAndItsResultComes() async throws {
        let (program, client) = try await start("--calibration-time", "0.1")
        _ = try await hear(program, client)
        let result = try await client.perform(.setApplicationMode, data: ["mode": 1100])
        #expect(result.result == .success)
        #expect(result.data == ["mode": 0])
        let line = try JSONReader.read(try await program.output.next(with: "\"commandResult\""))
        #expect(line["result"] == 100)
        client.close()
        program.interrupt()
        #expect(await program.status() == 130)
    }

    @Test func anEmergencyStopEndsACalibrationAtOnce() async throws {
        let (program, client) = try await start("--calibration-time", "3600")
        async let result = client.perform(.setApplicationMode, data: ["mode": 1000])
        _ = try await program.output.next(with: #""resultName":"pendingWithNotification""#)
        try program.type("emergency stop")
        #expect(try await result.result == .failed)
        try program.type("quit")
        #expect(await program.status() == 0)
        client.close()
    }

    @Test func whatIsPendingFailsWhenTheProgramEnds() async throws {
        let (program, client) = try await start("--calibration-time", "3600")
        let result = try await client.perform(.setApplicationMode, data: ["mode": 1000]) { _ in
            #expect(throws: Never.self) { try program.type("quit") }
        }
        #expect(result.result == .failed)
        let left = await program.output.reduce(into: []) { $0.append($1) }
        #expect(!left.contains { $0.contains("calibrationDcsCompleted") }, "\(left)")
        #expect(left.last?.contains("applicationTerminating") == true)
        #expect(await program.errors.reduce(into: []) { $0.append($1) } == [])
        #expect(await program.status() == 0)
        client.close()
    }

    @Test func whoeverStopsListeningDoesNotStopIt() async throws {
        let program = try Program("client-app", Self.freePorts, isHeard: false)
        try program.type("event tunnelEnter", "nonsense")
        _ = try await program.errors.next(with: "nonsense")
        try program.type("event tunnelExit", "nothing")
        _ = try await program.errors.next(with: "nothing")
        try program.type("quit")
        #expect(await program.status() == 1)
    }

    @Test func aSimulatedSessionIsHeardAndPausesInAnEmergency() async throws {
        let (program, client) = try await start("--simulate", "--speed", "200", "--seed", "4")
        let messages = client.messages()
        _ = try await next(.trialEnded, messages)
        #expect(try await client.request(.emergencyStop).result == .success)
        _ = try await next(.emergencyStop, messages)
        let status = try await client.request(.getStatus).data
        let again = try await client.request(.getStatus).data
        #expect(status == again)
        #expect(try await client.request(.emergencyResume).result == .success)
        _ = try await next(.emergencyResume, messages)
        _ = try await next(.sessionEnded, messages)
        program.terminate()
        #expect(await program.status() == 143)
        client.close()
    }

    @Test func theOldReleaseStartsTheAcquisitionLater() async throws {
        let (program, client) = try await start("--dialect", "legacy", "--calibration-time", "0.05")
        _ = try await hear(program, client)
        let result = try await client.perform(ApiCommand.Legacy.startAcquisition)
        #expect(result.result == .success)
        let status = try LegacyStatus(json: try await client.request(.getStatus).data)
        #expect(status.appStatus == .acquiring)
        try program.type("quit")
        #expect(await program.status() == 0)
        client.close()
    }

    @Test func wrongLinesAreReportedAndTheProgramGoesOn() async throws {
        let (program, client) = try await start()
        try program.type("event tunelEnter", "event trialStarted {", "nonsense")
        _ = try await program.errors.next(with: "did you mean tunnelEnter?")
        _ = try await program.errors.next(with: "the JSON is wrong at column 21")
        _ = try await program.errors.next(with: "unknown command 'nonsense'")
        #expect(try await client.request(.none).result == .success)
        try program.type("quit")
        #expect(await program.status() == 1)
        client.close()
    }

    @Test func aScriptIsFollowedAndMayEndTheProgram() async throws {
        let script = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).trainer")
        try "# two events\nevent tunnelEnter\nwait 0.01\nbad\nevent tunnelExit\nquit\n"
            .write(to: script, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: script) }
        let program = try Program("client-app", Self.freePorts + ["--script", script.path])
        var names: [String] = []
        for await line in program.output {
            if let name = try JSONReader.read(line)["name"]?.string { names.append(name) }
        }
        #expect(names == ["applicationLaunched", "tunnelEnter", "tunnelExit", "applicationTerminating"])
        #expect(try await program.errors.next(with: "\(script.path):4: ").contains("unknown command 'bad'"))
        #expect(await program.status() == 1)
    }

    @Test func aTakenPortIsExplained() async throws {
        let program = try Program("client-app", Self.freePorts)
        let ready = try JSONReader.read(try await program.output.next(with: "\"ready\""))
        let port = try #require(ready["command"]?.string?.split(separator: ":").last.map(String.init))
        let second = try Program("client-app", ["--subscriber-port", "0", "--command-port", port])
        let line = try await second.errors.next(with: "client-app: ")
        #expect(line.contains(port) && line.contains("--command-port"))
        #expect(await second.status() == 1)
        try program.type("quit")
        #expect(await program.status() == 0)
    }

    @Test(arguments: [
        ["--dialect", "old"], ["--speed", "0"], ["-v", "-q"], ["--script", "/nowhere"], ["--nonsense"],
        ["--heartbeat-interval", "0"],
    ])
    func wrongUsageIs64(arguments: [String]) async throws {
        let program = try Program("client-app", arguments)
        #expect(await program.status() == 64)
    }

    @Test func theEnvironmentStandsInForFlags() async throws {
        let environment = [
            "ACQUISITION_DIALECT": "legacy", "ACQUISITION_SUBSCRIBER_PORT": "0", "ACQUISITION_COMMAND_PORT": "0",
        ]
        let program = try Program("client-app", ["--json"], environment: environment)
        _ = try await program.output.next(with: "\"ready\"")
        try program.type("event acquisitionStarted", "quit")
        _ = try await program.output.next(with: "acquisitionStarted")
        #expect(await program.status() == 0)
        let wrong = try Program("client-app", [], environment: ["ACQUISITION_COMMAND_PORT": "many"])
        _ = try await wrong.errors.next(with: "ACQUISITION_COMMAND_PORT is 'many'")
        #expect(await wrong.status() == 64)
    }
}
