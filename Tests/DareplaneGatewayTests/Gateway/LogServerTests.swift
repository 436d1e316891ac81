import AcquisitionModel
import AcquisitionRPC
import GatewayCore
import Logging
import TestSupport
import Testing

@testable import DareplaneGateway

/// What a module says to the control room's log server, and whether it says that it lives.
@Suite(.timeLimit(.minutes(1)))
struct LogServerTests {
    private static func record(_ message: String, _ level: Logger.Level = .warning) -> OutgoingLogRecord {
        OutgoingLogRecord(
            name: "acquisition",
            level: level,
            message: message,
            file: "DareplaneGateway/DareplaneCommands.swift",
            function: "give(_:by:)",
            line: 7,
            created: 1_700_000_000.25
        )
    }

    /// The real log server, and the port on which it listens.
    private static func server(_ port: Int = 0) async throws -> (ToolProcess, port: Int) {
        let process = try DareplaneRelease.current.run("dareplane_log_server.py", ["\(port)"])
        let ready = try JSONReader.read(await process.line())
        return (process, try #require(ready["ready"]?.int))
    }

    /// Runs a gateway in front of a service, or of none.
    private static func run(
        _ logServer: ListenAddress?,
        hasService: Bool = true,
        logger: Logger = .silent,
        _ body: (TransportRpcService, RpcClient, inout RawPeer) async throws -> Void
    ) async throws {
        let transport = InProcessTransport()
        let service = TransportRpcService(
            options: RpcOptions(heartbeatInterval: .milliseconds(50)),
            transport: transport,
            logger: .silent
        )
        if hasService { try service.start() }
        let client = try RpcClient(transport: transport.connect())
        var settings = DareplaneGatewaySettings(name: "acquisition", logServer: logServer)
        settings.gateway.listen.port = 0
        settings.gateway.role = .observer
        let gateway = try DareplaneGateway(settings: settings, client: client, logger: logger)
        let (addresses, inlet) = AsyncStream.makeStream(of: ListenAddress.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await gateway.run { inlet.yield($0) } }
            let address = try #require(await addresses.first { _ in true })
            try await RawPeer.connect(to: address) { peer in try await body(service, client, &peer) }
        }
        await service.stop()
        client.close()
    }

    /// What comes before the list of commands, which is asked for right after `text`.
    private static func answer(to text: String, _ peer: inout RawPeer) async throws -> String {
        try await peer.send("\(text)GET_PCOMMS;")
        let all = try await peer.read(through: "GET_PCOMMS|UP")
        return String(all.prefix(upTo: try #require(all.firstRange(of: "START|")).lowerBound))
    }

    // MARK: - Signs of life

    @Test func upIsAnsweredOnlyWhileTheProcessIsThere() async throws {
        try await Self.run(nil) { service, client, peer in
            _ = try await peer.read(through: "\n")
            let there = try await Self.answer(to: "UP;UP;", &peer)
            #expect(there == "11")
            await service.stop()
            for await state in client.liveness() where state != .online { break }
            let gone = try await Self.answer(to: "UP;UP|;UP;", &peer)
            #expect(gone == "")
        }
    }

    @Test func upIsNotAnsweredWhereThereNeverWasAProcess() async throws {
        try await Self.run(nil, hasService: false) { _, _, peer in
            _ = try await peer.read(through: "\n")
            let answer = try await Self.answer(to: "UP;", &peer)
            #expect(answer == "")
        }
    }

    // MARK: - Records

    @Test func theRealLogServerHearsOfRefusals() async throws {
        let (server, port) = try await Self.server()
        let log = LogLines()
        try await Self.run(ListenAddress(port: port), logger: log.logger) { _, _, peer in
            try await peer.send("NOTHING|{\"a\": \"50% %s\"};START;GET_STATUS|{;")
            var missing = ["A command was refused command=NOTHING", "role is observer", "cannot be read"]
            while !missing.isEmpty {
                let record = try JSONReader.read(await server.line { $0.contains("WARNING") })
                let line = try #require(record["line"]?.string)
                #expect(record["name"] == "acquisition" && line.contains(" - acquisition - WARNING - A command "))
                missing.removeAll { line.contains($0) }
            }
            // They are in the own log as before.
            #expect(await log.line(with: "warning A command was refused", "command=NOTHING") != nil)
        }
        try server.closeInput()
        #expect(await server.status() == 0, "\(server.errorsSoFar)")
    }

    /// What a stranger chose arrives as it is, with the real log server and with ours.
    @Test func anyTextIsReadAsItWasWritten() async throws {
        let texts = ["50% done", "100%d of %s and %r", "größe \u{1F400}", "a\"b\\c", "%", "%%", "plain", "%s"]
        let (server, port) = try await Self.server()
        let sender = LogRecordSender(to: ListenAddress(port: port), name: "acquisition")
        let running = Task { await sender.run() }
        for text in texts { sender.send(Self.record(text)) }
        for text in texts {
            let heard = try JSONReader.read(await server.line())
            #expect(heard["message"]?.string == text)
        }
        running.cancel()
        await running.value
        #expect(server.errorsSoFar.isEmpty, "\(server.errorsSoFar)")
        var splitter = LogRecordSplitter(limit: 1 << 20)
        let records = try splitter.records(in: texts.flatMap { Self.record($0, .error).encoded })
        for (bytes, text) in zip(records, texts) {
            let record = try LogRecord(json: JSONReader.read(bytes))
            #expect(record.level == "ERROR" && record.name == "acquisition")
            if !text.contains("%s") { #expect(record.message == text) }
        }
    }

    /// Nobody waits while the server is away; what is too much is dropped, the oldest first, and counted. A server that is
    /// started again is found again.
    @Test func aServerThatIsAwayHoldsNobodyUp() async throws {
        let (first, port) = try await Self.server()
        try first.closeInput()
        _ = await first.status()
        let sender = LogRecordSender(to: ListenAddress(port: port), name: "acquisition", pause: .milliseconds(20))
        let running = Task { await sender.run() }
        let time = ContinuousClock().measure { for number in 0..<2000 { sender.send(Self.record("n\(number)")) } }
        #expect(time < .seconds(5))
        for round in 0..<2 {
            let (server, _) = try await Self.server(port)
            if round == 0 {
                let dropped = try await server.line { $0.contains("were dropped") }
                #expect(dropped.contains("count=\(2000 - LogRecordSender.capacity)"))
                let kept = try JSONReader.read(await server.line())
                #expect(kept["message"]?.string == "n\(2000 - LogRecordSender.capacity)")
                _ = try await server.line { $0.contains("\"n1999\"") }
            } else {
                // The first ones after a server has gone may go the way of the old connection.
                try await repeating {
                    sender.send(Self.record("again"))
                } until: {
                    _ = try await server.line { $0.contains("\"again\"") }
                }
            }
            try server.closeInput()
            _ = await server.status()
        }
        running.cancel()
        await running.value
    }
}
