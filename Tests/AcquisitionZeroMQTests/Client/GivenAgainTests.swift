import AcquisitionModel
import AcquisitionRPC
import Testing

/// Whether a client gives a command again, to services that lose what they answer and are restarted.
@Suite(.timeLimit(.minutes(1)))
struct GivenAgainTests {
    private let options = ClientOptions(timeout: .seconds(1), retries: 9)

    private func client(of service: ScriptedService, _ options: ClientOptions? = nil) async throws -> RpcClient {
        let client = try service.client(options ?? self.options)
        for await liveness in client.liveness() where liveness == .online { break }
        return client
    }

    private func expectNoAnswer(
        _ client: RpcClient,
        _ reason: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        let error = await #expect(throws: RpcClientError.self, sourceLocation: sourceLocation) {
            try await client.request(.startAcquisition)
        }
        #expect(error?.code == .noAnswer, sourceLocation: sourceLocation)
        let message = error?.message ?? ""
        #expect(message.contains("may have run") && message.contains(reason), sourceLocation: sourceLocation)
    }

    /// TCP may hold a repetition for longer than the service remembers the command.
    @Test(arguments: [2.0, 3, 5]) func nothingIsGivenAgainThatMayArriveAfterTheWindow(_ window: Double) async throws {
        let service = try ScriptedService(epoch: 1, window: window)
        let client = try await client(of: service)
        await expectNoAnswer(client, "the service may not remember it any more")
        #expect(service.commands.count == 1)
        client.close()
        await service.kill()
    }

    @Test func withinTheWindowItIsGivenAgainAsItWas() async throws {
        let service = try ScriptedService(epoch: 1, window: 600) { request, service in
            guard service.commands.count == 4 else { return nil }
            var reply = ApiCommandReply(.success(), to: request)
            reply.epoch = 1
            return reply
        }
        let client = try await client(of: service, ClientOptions(timeout: .seconds(10), retries: 999))
        #expect(try await client.request(.startAcquisition).result == .success)
        #expect(Set(service.commands).count == 1 && service.commands.first?.client != nil)
        #expect(service.questions == 1)
        client.close()
        await service.kill()
    }

    @Test func aServiceThatIsNotAskedWhichStartItIsGetsNothingTwice() async throws {
        for (epoch, window) in [(1, nil), (nil, 600.0), (nil, nil)] as [(Int?, Double?)] {
            let service = try ScriptedService(epoch: epoch, window: window)
            let client = try await client(of: service, ClientOptions(timeout: .milliseconds(300), retries: 9))
            await expectNoAnswer(client, "")
            #expect(service.commands.count == 1)
            client.close()
            await service.kill()
        }
    }

    @Test func aRestartBetweenRequestAndRepetitionEndsIt() async throws {
        let service = try ScriptedService(epoch: 1, window: 600)
        let client = try await client(of: service, ClientOptions(timeout: .seconds(3), retries: 300))
        async let ended: Void = expectNoAnswer(client, "the service was restarted")
        while service.commands.isEmpty { await Task.yield() }
        await service.kill()
        let restarted = try ScriptedService(epoch: 2, window: 600, at: service)
        await ended
        #expect(restarted.questions > 0, "the client was there")
        #expect(restarted.commands.isEmpty)
        client.close()
        await restarted.kill()
    }

    @Test func aLostConnectionToTheSameStartEndsNothing() async throws {
        let service = try ScriptedService(epoch: 1, window: 600)
        let client = try await client(of: service, ClientOptions(timeout: .seconds(20), retries: 2000))
        async let reply = client.request(.startAcquisition)
        while service.commands.isEmpty { await Task.yield() }
        await service.kill()
        let same = try ScriptedService(epoch: 1, window: 600, at: service) { request, _ in
            var reply = ApiCommandReply(.success(), to: request)
            reply.epoch = 1
            return reply
        }
        #expect(try await reply.result == .success)
        #expect(same.commands.first == service.commands.first)
        client.close()
        await same.kill()
    }

    @Test func aCommandOfARestartedServiceOutlivesItsFirstHeartbeat() async throws {
        let service = try ScriptedService(epoch: 1, window: nil)
        let client = try await client(of: service)
        await service.kill()
        let restarted = try ScriptedService(epoch: 2, window: nil, isSilent: true, at: service) { request, _ in
            var reply = ApiCommandReply(ApiCommandRequestResponse(.pendingWithNotification), to: request)
            reply.epoch = 2
            return reply
        }
        let request = ApiCommandRequest(.startAcquisition, nonce: 7)
        let heard = client.messages(topics: [.heartbeat])
        async let reply = client.perform(request, timeout: .seconds(10))
        var isRestarted = false
        for await message in heard {
            // Its first heartbeat, and what follows from it, has come by the next one.
            if isRestarted, case .heartbeat = message.content { break }
            if message.content == .notice(.restarted) { isRestarted = true }
        }
        restarted.publish(ApiCommandRequestResponse(.success, command: request.command, nonce: request.nonce))
        #expect(try await reply.result == .success)
        client.close()
        await restarted.kill()
    }

    @Test func aReplyUnderAnotherNonceIsAnError() async throws {
        let service = try ScriptedService(epoch: 1, window: nil) { request, _ in
            var reply = ApiCommandReply(.success(), to: request)
            reply.nonce = 8
            return reply
        }
        let client = try await client(of: service)
        let error = await #expect(throws: RpcClientError.self) {
            try await client.request(ApiCommandRequest(.startAcquisition, nonce: 7))
        }
        #expect(error?.code == .wrongReply, "\(String(describing: error))")
        client.close()
        await service.kill()
    }
}
