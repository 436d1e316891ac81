import AcquisitionModel
import AcquisitionRPC
import Testing
import ZeroMQ

/// Commands that take longer than their client waits.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct PendingTests {
    private func request(_ nonce: Int) -> String { #"{"command":400,"nonce":\#(nonce)}"# }

    /// The published results, and that they have the keys of the protocol in their order.
    private func results(_ messages: [[[UInt8]]]) throws -> [ApiCommandRequestResponse] {
        try messages.map { frames in
            #expect(frames[0] == ApiTopic.commandResult.frame)
            let (json, _) = try #require(Publication.layers(frames[1]))
            let keys = try json.as(\.object).members.map(\.key)
            #expect(keys == ["result", "data", "errorCode", "errorMessage", "command", "nonce"])
            return try ApiCommandRequestResponse(json: json)
        }
    }

    @Test(arguments: [false, true], Dialect.allCases)
    func aSlowDelegateIsAnsweredPendingAndPublishedOnce(blocks: Bool, _ dialect: Dialect) async throws {
        let bench = try Bench(dialect) { $0.pendingAfter = .milliseconds(30) }
        let answered = Gate()
        bench.service.setDelegate { _ in
            if blocks { blockThread(for: 0.3) } else { await answered.wait() }
            return .success(["some_key": "Some Value"])
        }
        let subscriber = try await bench.subscriber()
        let client = try bench.commands(.dealer)
        let reply = try await client.ask(request(12))
        #expect(reply.result == .pendingWithNotification && reply.nonce == 12 && reply.command == .getStatus)
        await answered.open()
        let result = try #require(try results(await subscriber.next(1)).first)
        #expect(result.result == .success && result.nonce == 12 && result.command == .getStatus)
        #expect(result.data == ["someKey": "Some Value"])
        await bench.service.stop()
        #expect(try await subscriber.next(within: .milliseconds(100)) == nil)
        #expect(try await client.receive(within: .milliseconds(50)) == nil)
        await bench.close()
    }

    @Test func withoutALimitTheClientWaits() async throws {
        let bench = try Bench { $0.pendingAfter = nil }
        bench.service.setDelegate { _ in
            try await Task.sleep(for: .milliseconds(300))
            return .success()
        }
        #expect(try await bench.commands(.req).ask(request(1)).result == .success)
        await bench.close()
    }

    @Test func answerLaterPublishesOnce() async throws {
        let bench = try Bench()
        let finished = Gate()
        bench.service.setDelegate { [weak service = bench.service] request in
            service?.answerLater(to: request) {
                await finished.wait()
                switch request.nonce {
                case 1: return .success(["done": true])
                case 2: throw CommandError("it broke", code: 7)
                case 3: throw Answer.NotForTheClient()
                default: return .success(Tags.tooDeep)
                }
            } ?? .unavailable()
        }
        let subscriber = try await bench.subscriber()
        let client = try bench.commands(.req)
        for nonce in 1...4 {
            #expect(try await client.ask(request(nonce)).result == .pendingWithNotification)
        }
        await finished.open()
        let published = try results(await subscriber.next(4)).sorted { $0.nonce.int ?? 0 < $1.nonce.int ?? 0 }
        #expect(published.map(\.nonce) == [1, 2, 3, 4] && published.allSatisfy { $0.command == .getStatus })
        #expect(published.map(\.result) == [.success, .exception, .exception, .success])
        #expect(published[0].data == ["done": true])
        #expect(published[1].errorMessage == "it broke" && published[1].errorCode == 7)
        #expect(published[2].errorMessage == "The command met an error (NotForTheClient)")
        // The client learns the result even where its data cannot be written.
        #expect(published[3].data == .null && published[3].errorMessage?.contains("(rule: depth)") == true)
        await bench.service.stop()
        #expect(try await subscriber.next(within: .milliseconds(100)) == nil)
        await bench.close()
    }

    @Test(arguments: Dialect.allCases)
    func whatIsPendingAtTheStopFails(_ dialect: Dialect) async throws {
        let bench = try Bench(dialect) { $0.pendingAfter = .milliseconds(20) }
        let never = Gate()
        bench.service.setDelegate { [weak service = bench.service] request in
            switch request.nonce {
            case 1:
                return service?.answerLater(to: request) {
                    await never.wait()
                    return .success()
                } ?? .unavailable()
            case 2: return ApiCommandRequestResponse(.pendingWithNotification)
            case 3: return ApiCommandRequestResponse(.pendingWithNotification)
            default:
                await never.wait()
                return .success()
            }
        }
        let subscriber = try await bench.subscriber()
        let client = try bench.commands(.req)
        for nonce in 1...4 {
            #expect(try await client.ask(request(nonce)).result == .pendingWithNotification)
        }
        // A promise that the application keeps is not published again.
        try bench.service.sendCommandResult(ApiCommandRequestResponse(.success, command: .getStatus, nonce: 3))
        await bench.service.stop()
        let published = try results(await subscriber.next(4))
        #expect(published.first?.nonce == 3 && published.first?.result == .success)
        #expect(Set(published.dropFirst().map(\.nonce)) == [1, 2, 4])
        #expect(published.dropFirst().allSatisfy { $0.result == .failed && $0.errorMessage != nil })
        #expect(try await subscriber.next(within: .milliseconds(100)) == nil)
        await never.open()
        await bench.close()
    }

    @Test func whoWaitsAtTheStopIsAnswered() async throws {
        let bench = try Bench { $0.pendingAfter = nil }
        let (asked, cancelled) = (Gate(), Gate())
        bench.service.setDelegate { _ in
            await asked.open()
            try? await Task.sleep(for: .seconds(60))
            if Task.isCancelled { await cancelled.open() }
            return .success()
        }
        let client = try bench.commands(.req)
        try await client.send([Array(request(5).utf8)])
        await asked.wait()
        await bench.service.stop()
        let reply = try #require(try await client.receive())
        let answer = try ApiCommandReply(json: JSONReader.read(reply[0]))
        #expect(answer.nonce == 5 && answer.result == .failed)
        await cancelled.wait()
        await bench.close()
    }

    /// Delegates that ignore cancellation, and delegates that block their threads.
    @Test func stopKeepsItsBound() async throws {
        let bench = try Bench { $0.pendingAfter = .milliseconds(20) }
        let never = Gate()
        bench.service.setDelegate { request in
            if request.nonce.int?.isMultiple(of: 2) == true { blockThread(for: 4) } else { await never.wait() }
            return .success()
        }
        let client = try bench.commands(.dealer)
        for nonce in 1...8 { try await client.send([[], Array(request(nonce).utf8)]) }
        for _ in 1...8 {
            let reply = try #require(try await client.receive())
            #expect(try JSONReader.read(reply[1])["result"] == 201)
        }
        let duration = await ContinuousClock().measure { await bench.service.stop() }
        #expect(duration < .seconds(2))
        await never.open()
        await bench.close()
    }
}
