import AcquisitionModel
import AcquisitionRPC
import Testing
import ZeroMQ

/// Everything that the original was seen to publish, published by this package through real sockets.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct PublishVectorTests {
    @Test(arguments: try Vectors.both("publish") { $0.category != "heartbeat" })
    func publishesAsRecorded(_ vector: Vector) async throws {
        let expected = try Divergence.expected(Publication(recorded: vector), for: vector, by: Divergence.published)
        let bench = try Bench(vector.dialect)
        let subscriber = try await bench.subscriber()
        let isRefused = try vector.send(by: bench.service)
        // What `all` waits for is itself a message that arrives after this one.
        #expect(try Publication(frames: try await subscriber.all(), isRefused: isRefused) == expected)
        #expect(try await bench.commands(.req).ask(#"{"command":0,"nonce":7}"#).nonce == 7)
        await bench.close()
    }

    @Test(arguments: try Vectors.both("publish") { $0.name.hasPrefix("kind-") })
    func publishesTheSameFromTypedPayloads(_ vector: Vector) async throws {
        let recorded = try Publication(recorded: vector)
        let bench = try Bench(vector.dialect)
        let subscriber = try await bench.subscriber()
        try vector.sendTyped(by: bench.service)
        var typed = try Publication(frames: try await subscriber.all(), isRefused: false)
        if vector.dialect == .current {
            // An event as an object says how often it was repeated (vector event-object); a dictionary says nothing.
            #expect(typed.messages.allSatisfy { $0.hasSuffix(#", "repeat": 0}"#) })
            typed.messages = typed.messages.map { $0.replacing(#", "repeat": 0}"#, with: "}") }
        }
        #expect(typed == recorded)
        await bench.close()
    }

    @Test(arguments: try Vectors.both("publish-sequence"))
    func keepsTheOrder(_ vector: Vector) async throws {
        let bench = try Bench(vector.dialect)
        let subscriber = try await bench.subscriber()
        for send in try vector.input.list("sends") {
            let topic = ApiTopic(rawValue: UInt32(try send.number("topic")))
            let message = try Tags.translate(send.need("message"), vector.dialect)
            try bench.service.sendDict(topic, message.as(\.object))
        }
        #expect(try Publication(frames: try await subscriber.all(), isRefused: false) == Publication(recorded: vector))
        await bench.close()
    }

    @Test(arguments: Divergence<Publication>.published)
    func everyDivergenceIsUsed(_ divergence: Divergence<Publication>) throws {
        #expect(try Vectors.both("publish") { $0.category != "heartbeat" }.contains { try divergence.applies($0) })
    }

    @Test func thereAreVectors() throws {
        #expect(try Vectors.both("publish").count == 248)
    }
}

extension Vector {
    /// Sends the input through the API that fits it; whether the message was refused.
    fileprivate func send(by service: any RpcService) throws -> Bool {
        guard let number = input["topic"]?.int, let rawTopic = UInt32(exactly: number) else { return true }
        let topic = ApiTopic(rawValue: rawTopic)
        do {
            switch input["api"]?.string {
            case "send_event": try service.sendEvent(try event)
            case "send_command_result": try service.sendCommandResult(try Answer.response(message))
            case "send": try service.send(topic, input.need("message").need("$bytes").as(\.hexBytes))
            case "send_string": try service.sendString(topic, input.text("message"))
            default: try service.sendDict(topic, message.as(\.object))
            }
            return false
        } catch let error as RpcServiceError {
            #expect(error.code == .cannotEncode)
            #expect(error.message.contains("(rule: depth)"))
            return true
        }
    }

    private var event: ApiEvent {
        get throws {
            let message = try message
            return ApiEvent(
                kind: ApiEventKind(rawValue: try message.number("kind")),
                when: EventTime(json: try message.need("when")),
                index: try message.number("index"),
                context: message["context"] ?? .null
            )
        }
    }

    /// Sends the event with the payload type that its kind has.
    fileprivate func sendTyped(by service: any RpcService) throws {
        let event = try event
        func send<Payload: WireCodable & Sendable>(as type: Payload.Type) throws {
            let payload = try Payload(json: event.context)
            try service.sendEvent(ApiEventType<Payload>(event.kind), payload, when: event.when, index: event.index)
        }
        let type = try #require(EventCatalogue.payloads(in: dialect)[event.kind])
        try send(as: type)
    }
}
