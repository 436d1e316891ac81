import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Testing
import ZeroMQ

/// The client with this package's service, and with one that behaves oddly.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct ClientTests {
    @Test func aResultMayOvertakeTheReply() async throws {
        let service = try RecordedService()
        async let result = service.client.perform(ApiCommandRequest(.getStatus, nonce: 4711))
        try await service.answer(with: Array(#"{"nonce":4711,"command":400,"result":201}"#.utf8)) {
            let message = #"{"result":100,"data":{"x":1},"errorCode":0,"command":400,"nonce":4711}"#
            let heard = try await service.publish([[ApiTopic.commandResult.frame, Array(message.utf8)]])
            #expect(heard.count == 1)
        }
        let reply = try await result
        #expect(reply.result == .success && reply.data == ["x": 1] && reply.nonce == 4711)
        await service.close()
    }

    @Test func unknownNumbersReachTheDelegate() async throws {
        let bench = try Bench()
        let seen = Seen()
        bench.service.setDelegate(seen.noting { _ in .success() })
        let client = try bench.client()
        let reply = try await client.request(ApiCommand(rawValue: 1095), customCommand: 3, data: ["a_b": 1])
        #expect(reply.command == .userDefined)
        let request = try #require(seen.requests.first)
        #expect(request.command == .userDefined && request.number == ApiCommand(rawValue: 1095))
        #expect(request.customCommand == 3 && request.data == ["aB": 1])
        client.close()
        await bench.close()
    }

    @Test func withoutADelegateNothingIsAvailable() async throws {
        let bench = try Bench()
        let client = try bench.client()
        #expect(try await client.request(.getStatus).result == .unavailable)
        #expect(try await client.request(.none).result == .success)
        client.close()
        await bench.close()
    }

    @Test func whoIsCancelledGetsAwayAndTheClientGoesOn() async throws {
        let bench = try Bench { $0.pendingAfter = nil }
        let (asked, answered) = (Gate(), Gate())
        bench.service.setDelegate { request in
            if request.command == .getStatus {
                await asked.open()
                await answered.wait()
            }
            return .success()
        }
        let client = try bench.client()
        let waiting = [
            Task { try await client.request(.getStatus) }, Task { try await client.perform(.getStatus) },
        ]
        await asked.wait()
        for task in waiting {
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
        #expect(try await client.request(.getAnimals).result == .success)
        await answered.open()
        #expect(try await client.request(.getStatus).result == .success)
        client.close()
        await bench.close()
    }

    @Test func aRequestThatTimedOutLeavesTheClientUsable() async throws {
        let bench = try Bench { $0.pendingAfter = nil }
        let answered = Gate()
        bench.service.setDelegate { request in
            if request.command == .getStatus { await answered.wait() }
            return .success(["custom": request.customCommand])
        }
        let client = try bench.client()
        let error = await #expect(throws: RpcClientError.self) {
            try await client.request(.getStatus, timeout: .milliseconds(100))
        }
        #expect(error?.code == .noAnswer)
        await answered.open()
        for number in 0..<20 {
            let reply = try await client.request(.getAnimals, customCommand: JSONValue(number))
            #expect(reply.data == ["custom": JSONValue(number)])
        }
        client.close()
        await bench.close()
    }

    @Test func nobodyThereIsSaidSo() async throws {
        let service = try Bench.service()
        try service.start()
        let endpoints = try #require(service.endpoints)
        await service.stop()
        let client = try createApiClient(command: endpoints.command[0], subscriber: endpoints.subscriber[0])
        let error = await #expect(throws: RpcClientError.self) {
            try await client.request(.getStatus, timeout: .milliseconds(100))
        }
        #expect(error?.code == .noPeer)
        let failed = await #expect(throws: RpcClientError.self) {
            try await client.perform(.getStatus, timeout: .milliseconds(100))
        }
        #expect(failed?.code == .noPeer)
        client.close()
        let closed = await #expect(throws: RpcClientError.self) { try await client.request(.getStatus) }
        #expect(closed?.code == .closed)
    }

    @Test func streamsCountWhatTheyDrop() async throws {
        let service = try RecordedService()
        let stream = service.client.messages(topics: [.event], capacity: 10)
        let event = { (index: Int) in [ApiTopic.event.frame, Array(#"{"kind":201,"index":\#(index)}"#.utf8)] }
        // What is heard here is heard by the stream that nobody reads as well.
        let heard = try await service.publish((0..<100).map(event))
        #expect(heard.count == 100)
        #expect(stream.dropped == 90)
        var kept: [Int] = []
        for await message in stream {
            guard case .event(let event) = message.content else { continue }
            kept.append(event.index)
            if kept.count == 10 { break }
        }
        #expect(kept == Array(90..<100))
        await service.close()
    }

    @Test(arguments: Dialect.allCases)
    func anEmergencyIsDeliveredOnce(_ dialect: Dialect) async throws {
        let bench = try Bench(dialect)
        let client = try bench.client()
        let (both, one) = (client.messages(topics: [.event, .emergency]), client.messages(topics: [.event]))
        // A message that comes back proves that the client hears.
        let settle = ApiTopic(rawValue: 99)
        var settled = client.messages(topics: [settle]).makeAsyncIterator()
        let sending = Task {
            while !Task.isCancelled {
                try bench.service.sendString(settle, "settle")
                try await Task.sleep(for: .milliseconds(5))
            }
        }
        _ = await settled.next()
        sending.cancel()
        for index in 1...3 {
            let stop = EmergencyStopContext(reason: "x", reasonCode: .rpcService, activeAlarms: [])
            try bench.service.sendEvent(.emergencyStop, stop, when: nil, index: index)
        }
        try bench.service.sendEvent(.tunnelEnter, NoContext(), when: nil, index: 4)
        for stream in [both, one] {
            var indices: [Int] = []
            for await message in stream {
                guard case .event(let event) = message.content else { continue }
                indices.append(event.index)
                if event.index == 4 { break }
            }
            #expect(indices == [1, 2, 3, 4])
        }
        client.close()
        await bench.close()
    }
}
