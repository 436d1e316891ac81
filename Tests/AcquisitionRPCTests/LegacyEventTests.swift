import AcquisitionModel
import Testing

@testable import AcquisitionRPC

/// What is sent typed by a service that speaks as release 0.9.7.
struct LegacyEventTests {
    private let transport = HandTransport()
    private let context: JSONValue = ["trainingMode": 200, "someKey": ["nested": nil], "list": [1, 2.5, "x"]]

    /// Sends one event; what was published, or the error.
    private func sent(_ send: (TransportRpcService) throws -> Void) throws -> JSONValue? {
        let service = try transport.service { $0.dialect = .legacy }
        defer { service.stop() }
        try send(service)
        return try transport.published(.event).last
    }

    @Test func theTrainingModeIsSent() throws {
        let event = try sent {
            try $0.sendEvent(.trainingModeChanged, TrainingModeContext(trainingMode: .manualWithProtocol))
        }
        #expect(event?["kind"] == 5001)
        #expect(event?["context"] == ["trainingMode": 200])
    }

    /// Every kind of that release keeps what it is given, and says nothing where it is given nothing.
    @Test(arguments: ApiEventKind.published(in: .legacy).map(\.code)) func aKindKeepsItsContext(
        _ kind: ApiEventKind
    ) throws {
        let type = try #require(EventCatalogue.payloads(in: .legacy)[kind])
        for context in [context, .null] {
            let event = try sent { service in
                func send<Payload: WireCodable & Sendable>(as type: Payload.Type) throws {
                    try service.sendEvent(ApiEventType<Payload>(kind), try Payload(json: context))
                }
                try send(as: type)
            }
            #expect(event?["kind"] == JSONValue(kind.rawValue))
            #expect(event?["context"] == context)
            #expect(event?["repeat"] == nil)
        }
    }

    /// A kind of release 0.12.0 goes out where both releases mean the same by its number, and is refused elsewhere.
    @Test func aNumberThatMeansSomethingElseIsRefused() throws {
        #expect(throws: RpcServiceError.self) {
            _ = try sent { try $0.sendEvent(.applicationModeChanged, ApplicationModeContext(mode: .running)) }
        }
        do {
            _ = try sent { try $0.sendEvent(.applicationModeChanged, ApplicationModeContext(mode: .running)) }
        } catch let error as RpcServiceError {
            #expect(error.code == .cannotEncode)
            #expect(error.message.contains("301 means acquisitionStarted there"), "\(error)")
        }
        var refused = 0
        for (kind, type) in EventCatalogue.payloads(in: .current) {
            func refusal<Payload: WireCodable & Sendable>(as type: Payload.Type) -> WireError? {
                EventCatalogue.refusalInLegacy(of: ApiEventType<Payload>(kind))
            }
            let isShared = kind.name(in: .legacy) == kind.name(in: .current)
            #expect((refusal(as: type) == nil) == isShared, "\(kind)")
            refused += isShared ? 0 : 1
        }
        #expect(refused > 30)
    }

    @Test func aLabsOwnKindIsSent() throws {
        let event = try sent {
            try $0.sendEvent(ApiEventType<FreeContext>(ApiEventKind(rawValue: 90_777)), FreeContext(["a": 1]))
        }
        #expect(event?["context"] == ["a": 1])
    }
}
