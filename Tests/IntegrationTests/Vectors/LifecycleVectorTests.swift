import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Testing
import ZeroMQ

/// What was observed of the original from its start to its stop, and what this package does in the same place.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct LifecycleVectorTests {
    @Test(arguments: try Self.observations())
    func behaves(_ vector: Vector) async throws {
        let expectation = try #require(Self.expectations[vector.category], "no expectation for \(vector.category)")
        try await expectation(vector.dialect)
    }

    @Test func everyExpectationIsUsed() throws {
        #expect(try Set(Self.observations().map(\.category)) == Set(Self.expectations.keys))
    }

    private static func observations() throws -> [Vector] {
        try Vectors.file("autotrainer-lifecycle").map { json in
            Vector(json: json, dialect: Dialect(release: try json.text("version")))
        }.filter { $0.category != "lifecycle-pyzmq" }
    }

    /// What this package does, by the category of the observation.
    private static let expectations: [String: @Sendable (Dialect) async throws -> Void] = [
        "lifecycle-start-twice": { dialect in
            let bench = try Bench(dialect)
            expectError(.alreadyStarted) { () throws(RpcServiceError) in try bench.service.start() }
            try await bench.expectToServe()
        },
        "lifecycle-start-after-stop": { dialect in
            let bench = try Bench(dialect)
            await bench.close()
            expectError(.stopped) { () throws(RpcServiceError) in try bench.service.start() }
        },
        "lifecycle-stop-twice": { dialect in
            let bench = try Bench(dialect)
            await bench.service.stop()
            await bench.close()
        },
        "lifecycle-stop-duration-s": { dialect in
            let bench = try Bench(dialect)
            let duration = await ContinuousClock().measure { await bench.service.stop() }
            #expect(duration < .seconds(2))
            await bench.close()
        },
        "lifecycle-stop-before-start": { try await stopBeforeStart($0) },
        "lifecycle-start-after-early-stop": { try await stopBeforeStart($0) },
        "lifecycle-send-before-start": { try sendBeforeStart($0) },
        "lifecycle-messages-queued-before-start-delivered": { try sendBeforeStart($0) },
        "lifecycle-send-after-stop": { dialect in
            let bench = try Bench(dialect)
            await bench.close()
            expectError(.stopped) { () throws(RpcServiceError) in try bench.service.sendDict(.event, event) }
        },
        "lifecycle-set-delegate-after-stop": { try await unreachableAfterStop($0) },
        "lifecycle-request-after-stop": { try await unreachableAfterStop($0) },
        "lifecycle-500-queued-then-stop": { dialect in
            let bench = try Bench(dialect)
            let subscriber = try await bench.subscriber()
            for index in 0..<500 { try bench.service.sendDict(.event, ["kind": 201, "index": JSONValue(index)]) }
            await bench.service.stop()
            #expect(try await subscriber.next(500).count == 500)
            await bench.close()
        },
        "lifecycle-start-with-ports-in-use": { try await portClash($0) },
        "lifecycle-thread-alive-after-port-clash": { try await portClash($0) },
        "lifecycle-send-after-port-clash": { try await portClash($0) },
        "lifecycle-restart-after-port-clash": { try await portClash($0) },
        "lifecycle-same-ports-reusable-after-that-service-was-stopped": { try await portClash($0) },
        "lifecycle-request-latency-ms-new-connection-each": { dialect in
            let bench = try Bench(dialect)
            bench.service.setDelegate { _ in .success() }
            for _ in 0..<10 { #expect(try await bench.commands(.req).ask(request(7)).nonce == 7) }
            await bench.close()
        },
        "lifecycle-sequential-requests-per-second-one-client": { dialect in
            let bench = try Bench(dialect)
            bench.service.setDelegate { _ in .success() }
            let client = try bench.commands(.req)
            var times: [Duration] = []
            for nonce in 0..<100 {
                let start = ContinuousClock.now
                _ = try await client.ask(request(nonce))
                times.append(ContinuousClock.now - start)
            }
            // The original takes 50 ms for each but the first. (How many are fast depends on what else is running.)
            #expect(times.count { $0 < .milliseconds(40) } > 5)
            await bench.close()
        },
        "lifecycle-dealer-pipelined-10": { dialect in
            let bench = try Bench(dialect)
            bench.service.setDelegate { _ in .success() }
            let client = try bench.commands(.dealer)
            for nonce in 0..<10 { try await client.send([[], Array(request(nonce).utf8)]) }
            // Each is answered once. The order is that in which the answers are ready: a client that has several requests
            // under way knows them by their nonce.
            var nonces: Set<Int> = []
            for _ in 0..<10 {
                let reply = try #require(try await client.receive())
                nonces.insert(try JSONReader.read(reply[1]).number("nonce"))
            }
            #expect(nonces == Set(0..<10))
            await bench.close()
        },
        "lifecycle-dealer-without-empty-delimiter": { dialect in
            let bench = try Bench(dialect)
            let client = try bench.commands(.dealer)
            try await client.send([Array(request(5).utf8)])
            let reply = try #require(try await client.receive())
            #expect(reply.count == 1)
            let json = try ApiCommandReply(json: JSONReader.read(reply[0]))
            #expect(json.nonce == 5 && json.command == .none && json.result == .unrecognized)
            #expect(json.errorMessage?.contains("(rule: frames)") == true)
            // One reply: what comes next answers the next request.
            #expect(try await client.ask(#"{"command":0,"nonce":6}"#).nonce == 6)
            await bench.close()
        },
        "lifecycle-client-gone-before-reply": { dialect in
            let bench = try Bench(dialect)
            let (asked, gone) = (Gate(), Gate())
            bench.service.setDelegate { _ in
                await asked.open()
                await gone.wait()
                return .success()
            }
            let client = try bench.commands(.req)
            try await client.send([Array(request(1).utf8)])
            await asked.wait()
            client.socket.close()
            await gone.open()
            try await bench.expectToServe()
        },
        "lifecycle-publish-blocked-by-slow-delegate-ms": { dialect in
            let bench = try Bench(dialect) { $0.pendingAfter = nil }
            let (asked, heard) = (Gate(), Gate())
            bench.service.setDelegate { _ in
                await asked.open()
                await heard.wait()
                return .success()
            }
            let subscriber = try await bench.subscriber()
            let client = try bench.commands(.req)
            try await client.send([Array(request(1).utf8)])
            await asked.wait()
            try bench.service.sendDict(.event, event)
            #expect(try await subscriber.next(1).count == 1)
            await heard.open()
            #expect(try await client.receive() != nil)
            await bench.close()
        },
        "lifecycle-bad-request": { try await afterBadRequest($0) },
        "lifecycle-heartbeats-after-bad-request": { try await afterBadRequest($0) },
        "lifecycle-next-request-after-bad-request": { try await afterBadRequest($0) },
        "lifecycle-events-after-bad-request": { try await afterBadRequest($0) },
        "lifecycle-unserialisable-event": { try await afterUnwritableEvent($0) },
        "lifecycle-heartbeats-after-unserialisable-event": { try await afterUnwritableEvent($0) },
        "lifecycle-event-after-unserialisable-event": { try await afterUnwritableEvent($0) },
        "lifecycle-request-after-unserialisable-event": { try await afterUnwritableEvent($0) },
        "lifecycle-dangling": { try await afterUnwritableEvent($0) },
        "lifecycle-rpc-disabled": { _ in
            #expect(createApiService(ApiOptions(rpc: RpcOptions(enable: false))) == nil)
        },
        "lifecycle-rpc-none": { _ in
            #expect(createApiService(ApiOptions(rpc: nil)) == nil)
        },
        "lifecycle-3000-events-of-20kB-to-a-stalled-subscriber": { dialect in
            let bench = try Bench(dialect)
            let stalled = try bench.socket(.sub)
            try stalled.set(.receiveHighWaterMark, to: 1)
            try stalled.subscribe([])
            try stalled.connect(try #require(bench.service.endpoints?.subscriber.first))
            // Whoever comes later has been heard of later.
            let reader = try await bench.subscriber([ApiTopic.heartbeat.frame])
            let text = JSONValue(String(repeating: "x", count: 20_000))
            for index in 0..<3000 {
                try bench.service.sendDict(.event, ["kind": 201, "index": JSONValue(index), "context": ["v": text]])
            }
            try bench.service.sendDict(.heartbeat, ["identifier": "others are not held up"])
            #expect(try await reader.next(1).count == 1)
            let duration = await ContinuousClock().measure { await bench.service.stop() }
            #expect(duration < .seconds(2))
            await bench.close()
        },
    ]

    // MARK: - What several observations are about

    private static let event: JSONObject = ["kind": 201, "when": 1.0, "index": 1, "context": ["n": 2]]

    private static func request(_ nonce: Int) -> String { #"{"command":400,"nonce":\#(nonce)}"# }

    private static func stopBeforeStart(_ dialect: Dialect) async throws {
        let service = try Bench.service(dialect)
        await service.stop()
        try service.start()
        #expect(service.endpoints != nil)
        await service.stop()
    }

    /// The original takes the message and loses it.
    private static func sendBeforeStart(_ dialect: Dialect) throws {
        let service = try Bench.service(dialect)
        expectError(.notStarted) { () throws(RpcServiceError) in try service.sendDict(.event, event) }
        expectError(.notStarted) { () throws(RpcServiceError) in try service.sendEvent(.tunnelEnter) }
        expectError(.notStarted) { () throws(RpcServiceError) in try service.sendString(.event, "text") }
        expectError(.notStarted) { () throws(RpcServiceError) in try service.sendCommandResult(.success()) }
    }

    private static func unreachableAfterStop(_ dialect: Dialect) async throws {
        let bench = try Bench(dialect)
        let client = try bench.commands(.req)
        #expect(try await client.ask(#"{"command":0,"nonce":6}"#).nonce == 6)
        await bench.service.stop()
        let seen = Seen()
        bench.service.setDelegate(seen.noting { _ in .success() })
        try await client.send([Array(request(7).utf8)])
        #expect(try await client.receive(within: .milliseconds(200)) == nil)
        #expect(seen.requests.isEmpty)
        #expect(bench.service.endpoints == nil)
        await bench.close()
    }

    /// The original starts, says nothing, sends into nowhere, and never starts again.
    private static func portClash(_ dialect: Dialect) async throws {
        let first = try Bench(dialect)
        let endpoint = try #require(first.service.endpoints?.command.first)
        let port = try #require(endpoint.split(separator: ":").last.flatMap { UInt16($0) })
        let second = try Bench.service(dialect) { $0.commandPort = port }
        let error = expectError(.cannotBind) { () throws(RpcServiceError) in try second.start() }
        #expect(error?.endpoint == endpoint && error?.message.contains(endpoint) == true)
        #expect(second.endpoints == nil)
        expectError(.notStarted) { () throws(RpcServiceError) in try second.sendDict(.event, event) }
        // Nothing stays bound either: a start fails on the second of its ports and frees the first.
        let third = try Bench.service(dialect) { $0.commandPort = port }
        expectError(.cannotBind) { () throws(RpcServiceError) in try third.start() }
        try await first.expectToServe()
        try second.start()
        #expect(second.endpoints?.command == [endpoint])
        await second.stop()
        try third.start()
        await third.stop()
    }

    private static func afterBadRequest(_ dialect: Dialect) async throws {
        let bench = try Bench(dialect) { $0.heartbeatInterval = .milliseconds(50) }
        let heartbeats = try await bench.subscriber([ApiTopic.heartbeat.frame])
        let events = try await bench.subscriber([ApiTopic.event.frame])
        #expect(try await bench.commands(.req).ask("not json").errorMessage?.contains("(rule: syntax)") == true)
        #expect(try await heartbeats.next(2).count == 2)
        try bench.service.sendDict(.event, event)
        #expect(try await events.next(1).count == 1)
        try await bench.expectToServe()
    }

    private static func afterUnwritableEvent(_ dialect: Dialect) async throws {
        let bench = try Bench(dialect) { $0.heartbeatInterval = .milliseconds(50) }
        let heartbeats = try await bench.subscriber([ApiTopic.heartbeat.frame])
        let events = try await bench.subscriber([ApiTopic.event.frame])
        expectError(.cannotEncode) { () throws(RpcServiceError) in
            try bench.service.sendDict(.event, ["kind": 201, "context": Tags.tooDeep])
        }
        #expect(try await heartbeats.next(2).count == 2)
        try bench.service.sendDict(.event, event)
        let frames = try #require(try await events.next())
        #expect(frames.count == 2 && frames[0] == ApiTopic.event.frame)
        try await bench.expectToServe()
    }
}
