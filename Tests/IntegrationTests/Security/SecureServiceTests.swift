import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Logging
import TestSupport
import Testing
import ZeroMQ

/// Who may reach a service with keys, and do what.
@Suite(.serialized, .timeLimit(.minutes(2)), .enabled(if: Library.has("curve")))
struct SecureServiceTests {
    @Test func anOperatorGivesCommandsUnderItsName() async throws {
        let secure = try SecureBench()
        let peer = try secure.peer(secure.pair(.operator))
        let reply = try await peer.give(.setApplicationMode)
        #expect(reply.result == .success && reply.data == ["user": "operator"])
        #expect(try await peer.give(.emergencyResume).result == .success)
        await secure.close()
    }

    @Test func anObserverLooksAndStopsAndNoMore() async throws {
        let secure = try SecureBench()
        let peer = try secure.peer(secure.pair(.observer))
        for command in [ApiCommand.getStatus, .getConfiguration, .emergencyStop, .none] {
            #expect(try await peer.give(command).result == .success)
        }
        for command in [ApiCommand.emergencyResume, .setApplicationMode, .getAnimals, .userDefined] {
            #expect(try await peer.give(command).isNotAllowed)
        }
        #expect(secure.commands.all == [.getStatus, .getConfiguration, .emergencyStop])
        await secure.close()
    }

    @Test func revokingAndRolesCountAtTheNextCommand() async throws {
        let secure = try SecureBench()
        let peer = try secure.peer(secure.pair(.operator))
        #expect(try await peer.give(.setApplicationMode).result == .success)
        let certificate = try secure.own.secret("operator")
        try secure.keys.authorize(certificate, user: "operator", role: .observer)
        #expect(try await peer.give(.setApplicationMode).isNotAllowed)
        #expect(try await peer.give(.getStatus).result == .success)
        try secure.keys.revoke("operator")
        #expect(try await peer.give(.getStatus).isNotAllowed)
        #expect(try await peer.give(.emergencyStop).isNotAllowed)
        try secure.keys.authorize(certificate, user: "operator", role: .operator)
        #expect(try await peer.give(.setApplicationMode).result == .success)
        #expect(secure.commands.all == [.setApplicationMode, .getStatus, .setApplicationMode])
        await secure.close()
    }

    @Test func refusedHandshakesAreReported() async throws {
        let temporary = try TemporaryFolder()
        let keys = KeyFolder(temporary.path)
        let serviceKey = try keys.generate(KeyFolder.serviceName).publicKey
        let stranger = try CurveKeyPair()
        let log = LogRecorder()
        var options = RpcOptions(heartbeatInterval: .seconds(3600), subscriberPort: 0, commandPort: 0)
        options.security = .required(keys: keys.path)
        let logger = Logger(label: "test") { _ in log }
        let service = try #require(createApiService(ApiOptions(rpc: options), logger: logger))
        try service.start()
        let endpoint = try #require(service.endpoints?.command.first)
        let context = try Context()
        func attempt(_ pair: CurveKeyPair?, _ server: CurveKey, expecting reasons: String...) async throws {
            let socket = try context.socket(.dealer)
            try socket.set(.linger, to: .zero)
            if let pair {
                try socket.set(.curveServerKey, to: server)
                try socket.set(.curvePublicKey, to: pair.publicKey)
                try socket.set(.curveSecretKey, to: pair.secretKey)
            }
            try socket.connect(endpoint)
            let line = await log.line { line in reasons.contains { line.contains($0) } }
            #expect(!reasons[0].contains("authorised") || line.contains(stranger.publicKey.z85))
            socket.close()
        }
        try await attempt(stranger, serviceKey, expecting: "The key is not authorised")
        try await attempt(stranger, stranger.publicKey, expecting: "does not have the service's public key")
        // Both sides notice that they do not fit; where the client is first, it is gone before it has said all.
        try await attempt(nil, serviceKey, expecting: "without CURVE", "left during the handshake")
        await service.stop()
        await onThread { context.terminate() }
    }

    @Test func theHeartbeatSaysThatKeysAreAskedFor() async throws {
        let secure = try SecureBench { $0.heartbeatInterval = .milliseconds(50) }
        let socket = try secure.bench.socket(.sub)
        try secure.equip(socket, secure.pair(.observer))
        try socket.subscribe(ApiTopic.heartbeat.frame)
        try socket.connect(try #require(secure.bench.service.endpoints?.subscriber.first))
        let frames = try #require(try await RawPeer(socket).receive())
        let message = try ApiMessage(frames: frames)
        guard case .heartbeat(let heartbeat) = message.content else {
            Issue.record("no heartbeat: \(message)")
            return
        }
        #expect(heartbeat.security == "curve")
        await secure.close()
    }

    // MARK: - Options

    private func failure(_ change: (inout RpcOptions) -> Void) throws -> RpcServiceError? {
        let service = try Bench.service(.current, change)
        do throws(RpcServiceError) {
            try service.start()
            service.stop()
            return nil
        } catch {
            #expect(service.endpoints == nil)
            return error
        }
    }

    @Test(arguments: [BindAddresses.addresses(["0.0.0.0"]), .addresses(["127.0.0.1", "*"]), .addresses(["::"])])
    func theNetworkNeedsKeysOrAWord(_ bind: BindAddresses) async throws {
        for security in [ServiceSecurity.off, .auto(keys: "/nonexistent")] {
            let error = try failure {
                $0.bind = bind
                $0.security = security
            }
            #expect(error?.code == .insecure)
            #expect(error?.message.contains("allowInsecureRemote") == true)
        }
    }

    @Test func whoeverMeansItIsTold() async throws {
        let log = LogRecorder()
        var options = RpcOptions(heartbeatInterval: .milliseconds(50), subscriberPort: 0, commandPort: 0)
        options.bind = .addresses(["0.0.0.0"])
        options.allowInsecureRemote = true
        let service = try #require(
            createApiService(ApiOptions(rpc: options), logger: Logger(label: "test") { _ in log })
        )
        try service.start()
        _ = await log.line { $0.contains("Anybody on the network may give commands") }
        let endpoints = try #require(service.endpoints)
        let port = { (endpoint: String?) in "tcp://127.0.0.1:\(endpoint?.split(separator: ":").last ?? "")" }
        let client = try createApiClient(
            command: port(endpoints.command.first),
            subscriber: port(endpoints.subscriber.first)
        )
        for await case .heartbeat(let heartbeat) in client.messages(topics: [.heartbeat]).map(\.content) {
            #expect(heartbeat.security == "insecureRemote")
            break
        }
        client.close()
        await service.stop()
    }

    @Test func onLoopbackTheHeartbeatSaysNothing() async throws {
        let bench = try Bench { $0.heartbeatInterval = .milliseconds(50) }
        let subscriber = try await bench.subscriber([ApiTopic.heartbeat.frame])
        let frames = try #require(try await subscriber.next())
        #expect(!String(decoding: frames[1], as: UTF8.self).contains("security"))
        await bench.close()
    }

    @Test func requiredWithoutKeysDoesNotStart() throws {
        let temporary = try TemporaryFolder()
        let missing = try failure { $0.security = .required(keys: "\(temporary.path)/none") }
        #expect(missing?.code == .keys && missing?.message.contains("keys generate service") == true)
        let keys = KeyFolder(temporary.path)
        try keys.generate(KeyFolder.serviceName)
        try temporary.setMode(0o640, of: keys.secretPath(KeyFolder.serviceName))
        for security in [ServiceSecurity.required(keys: keys.path), .auto(keys: keys.path)] {
            let open = try failure { $0.security = security }
            #expect(open?.code == .keys && open?.message.contains("chmod 600") == true, "\(security)")
        }
    }

    @Test func autoTakesKeysWhereTheyAre() async throws {
        let temporary = try TemporaryFolder()
        let bench = try Bench { $0.security = .auto(keys: temporary.path) }
        #expect(try await bench.commands(.dealer).give(.none).result == .success)
        await bench.close()
        try KeyFolder(temporary.path).generate(KeyFolder.serviceName)
        #expect(
            try failure {
                $0.security = .auto(keys: temporary.path)
                $0.bind = .addresses(["0.0.0.0"])
            } == nil
        )
    }
}
