import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Foundation
import TestSupport
import Testing
import ZeroMQ

/// The client of this package with keys: right, wrong and none.
@Suite(.serialized, .timeLimit(.minutes(2)), .enabled(if: Library.has("curve")))
struct SecureClientTests {
    private func client(_ bench: Bench, _ credentials: CurveCredentials?) throws -> RpcClient {
        let endpoints = try #require(bench.service.endpoints)
        return try createApiClient(
            command: try #require(endpoints.command.first),
            subscriber: try #require(endpoints.subscriber.first),
            credentials: credentials,
            options: ClientOptions(timeout: .seconds(20))
        )
    }

    /// The error with which a request ends.
    private func failure(_ client: RpcClient) async throws -> RpcClientError? {
        do {
            _ = try await client.perform(.getStatus)
            return nil
        } catch let error as RpcClientError {
            return error
        }
    }

    @Test func theRightKeysGetCommandsAndResults() async throws {
        let secure = try SecureBench()
        let service = secure.bench.service
        service.setDelegate { request in
            service.answerLater(to: request) {
                .success(["user": CommandSender.current?.user.map { .string($0) } ?? .null])
            }
        }
        let credentials = try CurveCredentials(
            serverKeyFile: secure.keys.publicPath(KeyFolder.serviceName),
            secretKeyFile: secure.own.secretPath("operator")
        )
        let client = try client(secure.bench, credentials)
        #expect(try await client.perform(.setApplicationMode).data == ["user": "operator"])
        #expect(client.refusal == nil)
        client.close()
        await secure.close()
    }

    @Test func anUnknownKeyIsToldSoAndComesInOnceItIsAuthorised() async throws {
        let secure = try SecureBench()
        let newcomer = try Certificate.generate()
        let pair = try #require(try newcomer.pair)
        let client = try client(secure.bench, CurveCredentials(serverKey: secure.serviceKey, keys: pair))
        let start = ContinuousClock.now
        let error = try await failure(client)
        #expect(error?.code == .refused && error?.message.contains("authorised") == true)
        #expect(ContinuousClock.now - start < .seconds(10), "not only when the time is over")
        #expect(client.refusal?.code == .refused)
        #expect(secure.commands.all.isEmpty)
        try secure.keys.authorize(newcomer, user: "new", role: .observer)
        while try await failure(client) != nil {}
        #expect(client.refusal == nil)
        client.close()
        await secure.close()
    }

    @Test func wrongAndMissingKeysAreToldSo() async throws {
        let secure = try SecureBench()
        let stranger = try CurveKeyPair()
        let wrong = CurveCredentials(serverKey: stranger.publicKey, keys: try secure.pair(.operator))
        for (credentials, reason) in [(wrong, "another key"), (nil, "asks for a key")] {
            let client = try client(secure.bench, credentials)
            let error = try await failure(client)
            #expect(error?.code == .refused && error?.message.contains(reason) == true, "\(String(describing: error))")
            client.close()
        }
        #expect(secure.commands.all.isEmpty)
        await secure.close()
    }

    @Test func aServiceWithoutKeysIsToldFromOneWith() async throws {
        let bench = try Bench()
        let pair = try CurveKeyPair()
        let client = try client(bench, CurveCredentials(serverKey: pair.publicKey, keys: pair))
        let error = try await failure(client)
        let text = String(describing: error)
        #expect(error?.code == .refused && text.contains("does not speak CURVE"), "\(text)")
        client.close()
        await bench.close()
    }

    // MARK: - pyzmq at the other end

    @Test func pyzmqsClientsAreKnown() async throws {
        let secure = try SecureBench { $0.heartbeatInterval = .milliseconds(50) }
        let endpoints = try #require(secure.bench.service.endpoints)
        let server = secure.keys.publicPath(KeyFolder.serviceName)
        let command = try #require(endpoints.command.first)
        let asking = try Self.python(["ask", command, secure.own.secretPath("observer"), server])
        try asking.write(#"{"command": 400, "nonce": 1}"#)
        let status = try ApiCommandReply(json: JSONReader.read(await asking.line()))
        #expect(status.result == .success && status.data == ["user": "observer"])
        try asking.write(#"{"command": 210, "nonce": 2}"#)
        #expect(try ApiCommandReply(json: JSONReader.read(await asking.line())).isNotAllowed)
        try asking.closeInput()
        #expect(await asking.status() == 0, "\(asking.errorsSoFar)")
        let hearing = try Self.python([
            "hear", try #require(endpoints.subscriber.first), secure.own.secretPath("observer"), server,
        ])
        let heartbeat = try await hearing.line { $0.contains("1001") }
        #expect(heartbeat.contains(#"security"#) && heartbeat.contains("curve"))
        hearing.send(signal: SIGKILL)
        await secure.close()
    }

    @Test func pyzmqsServiceIsReached() async throws {
        let temporary = try TemporaryFolder()
        let keys = KeyFolder("\(temporary.path)/rig")
        let own = KeyFolder("\(temporary.path)/own")
        let serverKey = try keys.generate(KeyFolder.serviceName).publicKey
        let ann = try own.generate("ann")
        try keys.authorize(ann, user: "ann", role: .operator)
        let service = try Self.python([
            "serve", keys.clientsPath, keys.secretPath(KeyFolder.serviceName),
        ])
        let ready = try JSONReader.read(await service.line())
        for (certificate, isKnown) in [(ann, true), (try Certificate.generate(), false)] {
            let client = try createApiClient(
                command: ready.text("command"),
                subscriber: ready.text("subscriber"),
                credentials: CurveCredentials(serverKey: serverKey, keys: try #require(try certificate.pair)),
                options: ClientOptions(timeout: .seconds(20), heartbeatInterval: .milliseconds(100))
            )
            if isKnown {
                #expect(try await client.request(.getStatus).data == ["curve": true])
                await client.waits(for: .online)
            } else {
                let error = try await failure(client)
                #expect(error?.code == .refused)
            }
            client.close()
        }
        try service.closeInput()
        _ = await service.status()
    }

    private static func python(_ arguments: [String]) throws -> ToolProcess {
        try ToolProcess(".venvs/tools/bin/python", ["Tests/Peers/curve.py"] + arguments)
    }
}
