import AcquisitionModel
import AcquisitionRPC
import Testing
import ZeroMQ

/// Schemas, recordings and this package say the same about what a message looks like.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct SchemaTests {
    @Test func examplesAreJudgedAsTheirFoldersSay() async throws {
        let validator = try SchemaValidator()
        let examples = try SchemaExample.all()
        for example in examples {
            let errors = try await validator.errors(example.schema, example.instance)
            #expect(errors.isEmpty == example.isGood, "\(example.testDescription): \(errors)")
        }
        #expect(examples.count(where: \.isGood) > 80 && examples.count { !$0.isGood } > 40)
        validator.end()
    }

    @Test func whatWasRecordedFits() async throws {
        let validator = try SchemaValidator()
        var counts: [String: Int] = [:]
        func expectToFit(_ schema: String, _ instance: JSONValue, _ name: String) async throws {
            let errors = try await validator.errors(schema, instance.withNulls)
            #expect(errors.isEmpty, "\(schema) \(name): \(errors)")
            counts[schema, default: 0] += 1
        }
        for recording in try Recording.replies() {
            let reply = try JSONReader.read(recording.reply, limits: .fromService, tolerance: .oldReleases)
            try await expectToFit("reply", reply, recording.testDescription)
        }
        for recording in try Recording.publications() {
            for frames in recording.messages {
                try await fit(frames, recording.testDescription, expectToFit)
            }
        }
        for vector in try Vectors.both("request_reply") where vector["delegate_saw"]?.isNull == false {
            // What is no JSON, and is read by the original all the same, has no schema.
            guard try vector.request.count == 1, let request = try vector.requestJSON else { continue }
            guard !Divergence.strictText.isDeclared(for: vector) else { continue }
            try await expectToFit("request", request, vector.testDescription)
        }
        for schema in ["reply", "published", "heartbeat", "event", "command-result", "request"] {
            #expect(counts[schema, default: 0] > 5, "\(schema)")
        }
        validator.end()
    }

    /// Holds a published message against the schemas that its topic and its form ask for.
    private func fit(
        _ frames: [[UInt8]],
        _ name: String,
        _ expectToFit: (String, JSONValue, String) async throws -> Void
    ) async throws {
        guard let (json, layers) = Publication.layers(frames[1]), json.object != nil else { return }
        let payload = layers == 2 ? .string(WireText.python(json.withNulls)) : json
        try await expectToFit("published", payload, name)
        switch try ApiMessage(frames: frames).content {
        case .heartbeat: try await expectToFit("heartbeat", json, name)
        case .event: try await expectToFit("event", json, name)
        case .commandResult: try await expectToFit("command-result", json, name)
        default: break
        }
    }

    @Test(arguments: Dialect.allCases)
    func whatTheServiceSendsFits(_ dialect: Dialect) async throws {
        let validator = try SchemaValidator()
        let bench = try Bench(dialect) { $0.heartbeatInterval = .milliseconds(50) }
        let heartbeats = try await bench.subscriber([ApiTopic.heartbeat.frame])
        let subscriber = try await bench.subscriber([
            ApiTopic.event.frame, ApiTopic.emergency.frame, ApiTopic.commandResult.frame,
        ])
        let samples = try Self.samples()
        let kinds = EventCatalogue.payloads.sorted { $0.key.rawValue < $1.key.rawValue }
        var count = 0
        for (kind, type) in kinds {
            // What release 0.9.7 does not have under this number, a service of that release does not send.
            guard dialect == .current || kind.name(in: .legacy) == kind.name(in: .current) else { continue }
            count += 1
            let context = try type == NoContext.self ? .null : #require(samples["\(type)"], "no sample of \(type)")
            try Self.send(kind, type, context, by: bench.service)
        }
        for response in Self.responses { try bench.service.sendCommandResult(response) }
        let messages = try await subscriber.all() + heartbeats.next(2)
        #expect(messages.count == count + 2 + Self.responses.count + 2)
        for frames in messages {
            try await fit(frames, "\(dialect)") { schema, instance, name in
                // Events of the current dialect fit the strict schema; it is about release 0.12.0.
                let schemas = schema == "event" && dialect == .current ? ["event", "typed-event"] : [schema]
                for schema in schemas {
                    let errors = try await validator.errors(schema, instance)
                    #expect(errors.isEmpty, "\(schema): \(errors) in \(instance)")
                }
            }
        }
        await bench.close()
        validator.end()
    }

    @Test(arguments: Dialect.allCases)
    func whatTheServiceAnswersFits(_ dialect: Dialect) async throws {
        let validator = try SchemaValidator()
        let bench = try Bench(dialect)
        let client = try bench.commands(.req)
        var requests = [
            #"{"command":400,"nonce":1}"#, #"{"command":400,"nonce":2,"client":"me"}"#, #"{"command":0}"#, "not json",
            "[]", #"{"nonce":"text"}"#,
        ]
        for delegate in Self.delegates {
            bench.service.setDelegate(delegate)
            for request in requests {
                let reply = try await client.ask([Array(request.utf8)])
                let errors = try await validator.errors("reply", JSONReader.read(reply[0]))
                #expect(errors.isEmpty, "\(errors)")
            }
            requests = [requests[0]]
        }
        await bench.close()
        validator.end()
    }

    // MARK: - What is sent

    private static let responses: [ApiCommandRequestResponse] = [
        .success(["some_key": [1, nil, "Some Value"]]), .failed("it broke", code: -3), .unavailable(), .unrecognized,
        ApiCommandRequestResponse(.success, command: .getStatus, nonce: "text"),
    ]

    private static let delegates: [CommandRequestDelegate?] =
        [nil, { _ in throw CommandError("it broke", code: 3) }, { _ in throw Answer.NotForTheClient() }]
        + [{ _ in .success(Tags.tooDeep) }, { _ in ApiCommandRequestResponse(.pendingWithNotification) }]
        + responses.map { response -> CommandRequestDelegate in { _ in response } }

    /// A context of each payload type, recorded or from the examples.
    private static func samples() throws -> [String: JSONValue] {
        var events = try SchemaExample.all().filter { $0.isGood && $0.schema == "typed-event" }.map { try $0.instance }
        for vector in try Vectors.all(.current) where vector.name.hasPrefix("kind-") {
            let payload = try vector.json.list("messages").last.map { try $0.text("payload_utf8") }
            events.append(try JSONReader.read(payload ?? "null"))
        }
        var samples: [String: JSONValue] = [:]
        for event in events {
            guard let type = EventCatalogue.payloads[ApiEventKind(rawValue: try event.number("kind"))] else { continue }
            if let context = event["context"], !context.isNull { samples["\(type)"] = context }
        }
        return samples
    }

    private static func send<Payload: WireCodable & Sendable>(
        _ kind: ApiEventKind,
        _ type: Payload.Type,
        _ context: JSONValue,
        by service: any RpcService
    ) throws {
        try service.sendEvent(ApiEventType<Payload>(kind), try Payload(json: context))
    }
}
