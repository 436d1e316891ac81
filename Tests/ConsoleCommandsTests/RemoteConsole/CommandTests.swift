import AcquisitionModel
import AcquisitionRPC
import ArgumentParser
import Logging
import Testing

@testable import ConsoleCommands

/// Commands against a service in the same process, without a socket.
@Suite(.timeLimit(.minutes(1)))
struct CommandTests {
    private let transport = InProcessTransport()

    private func withService<Value: Sendable>(
        _ dialect: Dialect = .current,
        options: [String] = [],
        _ delegate: @escaping CommandRequestDelegate = SwiftService.answer,
        _ body: (Session, Written, Written, any RpcService) async throws -> Value
    ) async throws -> Value {
        // No heartbeat, which would tell the release as well.
        let rpc = RpcOptions(heartbeatInterval: .seconds(3600), dialect: dialect, pendingAfter: nil)
        let service = TransportRpcService(options: rpc, transport: transport, logger: Logger(label: "test"))
        service.setDelegate(delegate)
        try service.start()
        let client = try RpcClient(transport: transport.connect())
        let (out, err) = (Written(), Written())
        let connection = try ConnectionOptions.parse(options)
        let settings = try ConsoleSettings(connection, SettingsSources(environment: [:], file: nil))
        let session = Session(
            settings,
            client: client,
            json: connection.json,
            out: out.output(),
            err: err.output()
        )
        let value = try await body(session, out, err, service)
        client.close()
        await service.stop()
        return value
    }

    private func run(_ line: String, in session: Session) async throws {
        let parsed = try RemoteConsole.parseAsRoot(try ShellWords.split(line))
        try await (try #require(parsed as? any ConsoleCommand)).run(in: session)
    }

    @Test func statusIsATable() async throws {
        try await withService { session, out, _, _ in
            try await run("status", in: session)
            #expect(out.value == "Application mode  idle (0)\nTraining mode     manual (100)\n")
        }
    }

    @Test(arguments: [
        ("start", "Application mode: running (100)\n"), ("stop", "Application mode: idle (0)\n"),
        ("mode inTraining", "Application mode: inTraining (300)\n"),
        ("mode training manual", "Training mode: manual (100)\n"), ("set live on", "live-analysis: on\n"),
        ("mode", "Application mode  idle (0)\nTraining mode     manual (100)\n"),
    ])
    func whatIsDoneIsShown(_ line: String, _ shown: String) async throws {
        try await withService { session, out, _, _ in
            try await run(line, in: session)
            #expect(out.value == shown)
        }
    }

    @Test func aLegacyPeerIsStartedByItsOwnCommand() async throws {
        let delegate: CommandRequestDelegate = { request in
            switch request.command {
            case .getStatus: .success(["appStatus": 0])
            case ApiCommand.Legacy.startAcquisition: .success()
            default: .unrecognized
            }
        }
        try await withService(.legacy, delegate) { session, out, _, _ in
            try await run("start", in: session)
            #expect(out.value == "start: success\n")
            let failure = await #expect(throws: CommandFailure.self) { try await run("mode running", in: session) }
            #expect(failure?.status == .failed)
        }
    }

    @Test func whoDoesNotTellItsReleaseIsTakenForCurrent() async throws {
        let delegate: CommandRequestDelegate = { request in
            request.command == .setApplicationMode ? .success(request.data) : .unrecognized
        }
        try await withService(.current, delegate) { session, out, err, _ in
            try await run("start", in: session)
            #expect(out.value == "Application mode: running (100)\n")
            #expect(err.value.contains("release 0.12.0 is assumed"))
        }
    }

    @Test func aPendingCommandIsWaitedForAndSaysSo() async throws {
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let delegate: CommandRequestDelegate = { request in
            guard request.command == .userDefined else { return .unrecognized }
            return ApiCommandRequestResponse(.pendingWithNotification)
        }
        try await withService(.current, delegate) { session, out, err, service in
            let watching = session.client.messages()
            let task = Task {
                for await _ in gate {
                    try service.sendCommandResult(
                        ApiCommandRequestResponse(.success, data: ["late": true], command: .userDefined, nonce: 7)
                    )
                }
            }
            let notified = Output { (bytes: [UInt8]) throws(OutputError) in
                if String(decoding: bytes, as: UTF8.self).contains("pending") { open.yield() }
                try err.output().write(String(decoding: bytes, as: UTF8.self))
            }
            try await run("send userDefined --nonce 7", in: Session(session, out: out.output(), err: notified))
            #expect(out.value == "userDefined: success\nLate  yes\n")
            #expect(err.value == "pending; waiting for the result (nonce 7) …\n")
            #expect(session.pending.all.isEmpty)
            open.finish()
            try await task.value
            _ = watching
        }
    }

    @Test func aResultThatDoesNotComeIsStatus3() async throws {
        let delegate: CommandRequestDelegate = { _ in ApiCommandRequestResponse(.pendingWithNotification) }
        try await withService(.current, delegate) { session, out, _, _ in
            let failure = await #expect(throws: CommandFailure.self) {
                try await run("send userDefined --wait 10ms", in: session)
            }
            #expect(failure?.status == .noAnswer)
            try await run("send userDefined --no-wait", in: session)
            #expect(out.value == "userDefined: pendingWithNotification\n")
            #expect(session.pending.all.map(\.isAwaited) == [false])
        }
    }

    @Test func anErrorOfTheApplicationIsStatus1() async throws {
        try await withService(options: ["--json"]) { session, out, _, _ in
            let failure = await #expect(throws: CommandFailure.self) {
                try await run("emergency resume", in: session)
            }
            #expect(failure?.status == .failed)
            #expect(failure?.message.contains("errorCode 7") == true)
            let shown = try JSONReader.read(out.value)
            #expect(shown["errorCode"] == 7)
        }
    }

    @Test func dataThatCouldNotBeWrittenIsAnErrorInSpiteOfSuccess() throws {
        let reply = ApiCommandReply(result: .success, errorKind: .systemError, errorMessage: "too deep")
        #expect(ReplyView.failure(reply, named: "status").message.contains("systemError (1); too deep"))
    }

    @Test func eventsAreShownAsTheyCome() async throws {
        let (asked, ask) = AsyncStream.makeStream(of: Void.self)
        let delegate: CommandRequestDelegate = { _ in
            // The console asks when its subscription stands.
            ask.yield()
            return .success(["applicationMode": 0])
        }
        try await withService(options: ["--json"], delegate) { session, out, _, service in
            let publisher = Task {
                _ = await asked.first { _ in true }
                for _ in 0..<2 {
                    try service.sendEvent(.tunnelExit)
                    try service.sendEvent(.tunnelEnter)
                }
            }
            try await run("events --kind tunnelEnter --count 2", in: session)
            try await publisher.value
            let lines = try out.value.split(separator: "\n").map { try JSONReader.read(String($0)) }
            #expect(lines.map { $0["kindName"] } == ["tunnelEnter", "tunnelEnter"])
        }
    }

    @Test func nobodyThereIsStatus3() async throws {
        let client = try RpcClient(transport: transport.connect(), options: ClientOptions(timeout: .milliseconds(20)))
        let options = try ConnectionOptions.parse(["--timeout", "20ms"])
        let settings = try ConsoleSettings(options, SettingsSources(environment: [:], file: nil))
        let (out, err) = (Written(), Written())
        let session = Session(settings, client: client, json: false, out: out.output(), err: err.output())
        for line in ["ping", "status", "start", "send 5", "emergency stop", "events", "events --count 1"] {
            let failure = await #expect(throws: CommandFailure.self) { try await run(line, in: session) }
            #expect(failure?.status == .noAnswer, "\(line)")
            #expect(failure?.hint?.contains("doctor") == true)
        }
        client.close()
    }

    @Test func thePromptGoesOnAfterErrors() async throws {
        try await withService { session, out, err, _ in
            let lines = ["", "bogus", "set x on", "send 'x", "emergency resume", "mode running", "quit", "mode idle"]
            let failure = await #expect(throws: CommandFailure.self) {
                try await PromptLoop(session).run { _, _ in ScriptedPrompt(lines, out.output()) }
            }
            // That of the first failure, of which everything has been said.
            #expect(failure?.status == .usage && failure?.message == "")
            #expect(out.value == "Application mode: running (100)\n")
            #expect(err.value.split(separator: "\n").filter { $0.hasPrefix("error:") }.count == 4)
        }
    }
}

/// Lines that are given in advance.
struct ScriptedPrompt: Prompt {
    let lines: AsyncStream<String>
    let isEdited = false
    let isTyped = false
    let isHungUp = false
    private let output: Output

    init(_ lines: [String], _ output: Output) {
        self.output = output
        self.lines = AsyncStream { continuation in
            for line in lines { continuation.yield(line) }
            continuation.finish()
        }
    }

    func printAbove(_ text: String) { try? output.line(text) }
    func interrupt() -> Bool { false }
    func close() {}
}
