#if os(Linux)
    import AcquisitionModel
    import AcquisitionRPC
    import AcquisitionZeroMQ
    import Foundation
    import TestSupport
    import Testing
    import ZeroMQ

    /// The folder of keys hangs, as on a network that is gone.
    @Suite(.enabled(if: Library.has("curve")), .serialized, .timeLimit(.minutes(1)))
    struct KeyFolderFaultTests {
        private func client(_ service: FaultService, _ credentials: CurveCredentials) throws -> RpcClient {
            try createApiClient(
                command: service.command,
                subscriber: service.subscriber,
                credentials: credentials,
                options: ClientOptions(timeout: RawPeer.patience, heartbeatInterval: .milliseconds(100))
            )
        }

        /// How long a command took that was allowed.
        private func take(_ command: ApiCommand, _ client: RpcClient) async throws -> Duration {
            let start = ContinuousClock.now
            let reply = try await client.request(command)
            #expect(reply.result == .success, "\(reply)")
            return ContinuousClock.now - start
        }

        @Test func itHoldsNeitherStopsNorCommandsUp() async throws {
            let temporary = try TemporaryFolder()
            let (keys, own) = (KeyFolder("\(temporary.path)/rig"), KeyFolder("\(temporary.path)/users"))
            let serviceKey = try keys.generate(KeyFolder.serviceName).publicKey
            try keys.authorize(try own.generate("ann"), user: "ann", role: .operator)
            let credentials = try CurveCredentials(serverKey: serviceKey, secretKeyFile: own.secretPath("ann"))
            let system = try await HarmedSystem()
            let service = try await FaultService(["--keys", keys.path], environment: system.environment)
            let client = try client(service, credentials)
            _ = try await take(.getStatus, client)

            try system.setHanging(true)
            var longest = try await take(.emergencyStop, client)
            // For longer than an answer counts without being looked up again.
            let end = ContinuousClock.now + .milliseconds(1_500)
            while ContinuousClock.now < end {
                longest = max(longest, try await take(.getStatus, client))
                longest = max(longest, try await take(.emergencyStop, client))
            }
            // 50 ms for the folder, and time for a machine that is busy.
            #expect(longest < .milliseconds(500))
            // Nobody comes in, though the key is good.
            let other = try self.client(service, credentials)
            let error = await #expect(throws: RpcClientError.self) {
                try await other.request(.getStatus, timeout: .seconds(1))
            }
            #expect(error != nil)
            other.close()

            try service.process.write("stop")
            let line = try JSONReader.read(await service.process.line { $0.contains("stop") })
            #expect(try #require(line["stop"]?.double) < 2)
            client.close()
            await service.end()
        }

        @Test func itsAnswerCountsAgainOnceItIsThere() async throws {
            let temporary = try TemporaryFolder()
            let (keys, own) = (KeyFolder("\(temporary.path)/rig"), KeyFolder("\(temporary.path)/users"))
            let serviceKey = try keys.generate(KeyFolder.serviceName).publicKey
            try keys.authorize(try own.generate("ann"), user: "ann", role: .operator)
            let credentials = try CurveCredentials(serverKey: serviceKey, secretKeyFile: own.secretPath("ann"))
            let system = try await HarmedSystem()
            let service = try await FaultService(["--keys", keys.path], environment: system.environment)
            let client = try client(service, credentials)
            _ = try await take(.getStatus, client)
            try system.setHanging(true)
            // In this process, in which nothing hangs.
            try keys.authorize(try own.secret("ann"), user: "ann", role: .observer)
            _ = try await take(.emergencyResume, client)
            try system.setHanging(false)
            let deadline = ContinuousClock.now + RawPeer.patience
            while try await client.request(.emergencyResume).isNotAllowed == false {
                try #require(ContinuousClock.now < deadline, "what was known last counts for ever")
            }
            client.close()
            await service.end()
        }
    }
#endif
