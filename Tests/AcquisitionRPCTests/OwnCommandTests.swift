import AcquisitionModel
import AcquisitionRPC
import Logging
import TestSupport
import Testing

extension ApiCommand {
    /// Used nowhere but in the `switch` of the delegate: it is not defined before.
    fileprivate static let rinseLine = ApiCommand.define(90_211, "rinseLine")
    fileprivate static let weighAnimal = ApiCommand.define(90_212, "weighAnimal")
}

/// A lab's own command, from the client through the delegate and back.
@Suite(.timeLimit(.minutes(1)))
struct OwnCommandTests {
    private static let delegate: CommandRequestDelegate = { request in
        switch request.command {
        case .rinseLine: .success(["rinsed": true])
        case .userDefined: .failed("userDefined, \(request.commandValue)")
        default: .unrecognized
        }
    }

    @Test func isMatchedAndAnsweredUnderItsNumber() async throws {
        let transport = InProcessTransport()
        let service = TransportRpcService(options: RpcOptions(), transport: transport, logger: .silent)
        service.setDelegate(Self.delegate)
        try service.start()
        let client = try RpcClient(transport: transport.connect())
        // Two constants of one number: the delegate's is made by the delegate alone.
        let reply = try await client.request(ApiCommand(rawValue: 90_211))
        #expect(reply.command.rawValue == 90_211 && reply.data == ["rinsed": true])
        let custom = try await client.request(.userDefined, customCommand: 90_211)
        #expect(custom.command == .userDefined && custom.data == ["rinsed": true])
        let other = try await client.request(ApiCommand(rawValue: 12_345))
        #expect(other.command == .userDefined && other.errorMessage == "userDefined, 12345")
        client.close()
        await service.stop()
    }

    /// To the Python package the number alone is USER_DEFINED, and lost.
    @Test func goesOutInBothWays() async throws {
        let sent = try await sentRequest { try await $0.request(.weighAnimal, data: ["n": 1]) }
        #expect(sent.command.rawValue == 90_212 && sent.commandValue == 90_212 && sent.customCommand == 90_212)
        let custom = try await sentRequest { try await $0.request(.weighAnimal, customCommand: "x") }
        #expect(custom.commandValue == 90_212 && custom.customCommand == "x")
        let other = try await sentRequest { try await $0.request(.getStatus) }
        #expect(other.customCommand == -1)
    }

    private func sentRequest(
        _ give: (RpcClient) async throws -> ApiCommandReply
    ) async throws -> ApiCommandRequest {
        let transport = InProcessTransport()
        let service = TransportRpcService(options: RpcOptions(), transport: transport, logger: .silent)
        let (requests, request) = AsyncStream.makeStream(of: ApiCommandRequest.self)
        service.setDelegate {
            request.yield($0)
            return .success()
        }
        try service.start()
        let client = try RpcClient(transport: transport.connect())
        _ = try await give(client)
        client.close()
        await service.stop()
        for await sent in requests { return sent }
        throw CancellationError()
    }

    /// Whatever the program calls the command: the client hears of the number under which it asked.
    @Test(arguments: [
        (Dialect.current, #""command":90212"#, 90_212), (.current, #""command":99999,"customCommand":90212"#, 99_999),
        (.legacy, #""command":90212"#, 99_999), (.legacy, #""command":99999,"customCommand":90212"#, 99_999),
    ])
    func itsResultHasTheNumberThatTheClientKnows(_ dialect: Dialect, _ command: String, _ answered: Int) async throws {
        let transport = HandTransport()
        let service = try transport.service { $0.dialect = dialect }
        service.setDelegate { _ in ApiCommandRequestResponse(.pendingWithNotification) }
        let named: [ApiCommand] = [.weighAnimal, .userDefined]
        for (index, name) in named.enumerated() {
            let reply = try transport.ask(#"{\#(command),"nonce":\#(index + 1)}"#)
            #expect(reply?.result == .pendingWithNotification && reply?.command.rawValue == answered)
            let result = ApiCommandRequestResponse(.success, command: name, nonce: .integer(Int64(index + 1)))
            try service.sendCommandResult(result)
            // There is nothing left to come.
            try service.sendCommandResult(result)
        }
        service.setDelegate { [weak service] request in
            service?.answerLater(to: request) { .success() } ?? .unrecognized
        }
        try transport.ask(#"{\#(command),"nonce":9}"#)
        while try transport.published(.commandResult).count < named.count * 2 + 1 { await transport.waitForResult() }
        let results = try transport.published(.commandResult)
        // The second ones belong to no command any more, and go out as they are, as far as the dialect has the number.
        let own = [answered, dialect == .current ? 90_212 : 99_999, answered, 99_999, answered]
        #expect(results.map { $0["command"]?.int } == own)
        await service.stop()
    }

    @Test func theLogSaysWhyANumberIsNotMatched() throws {
        let log = LineCollector()
        let transport = HandTransport()
        let service = TransportRpcService(options: RpcOptions(), transport: transport, logger: log.logger)
        service.setDelegate(Self.delegate)
        try service.start()
        for number in [90_211, 400, 99_999] { try transport.ask(#"{"command":\#(number),"nonce":1}"#) }
        #expect(!log.all.contains { $0.contains("not in the vocabulary") })
        for _ in 0..<3 { try transport.ask(#"{"command":12345,"nonce":1}"#) }
        let lines = log.all.filter { $0.contains("not in the vocabulary") }
        #expect(lines.count == 1)
        #expect(lines.first?.contains("12345") == true && lines.first?.contains("90000 to 90999") == true)
        service.stop()
    }
}

extension Logger {
    /// One that keeps everything to itself.
    fileprivate static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}
