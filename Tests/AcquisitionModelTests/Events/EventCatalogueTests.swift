import AcquisitionModel
import Testing

struct EventCatalogueTests {
    @Test func everyEventHasItsPayload() throws {
        let catalogue = try Catalogue(.current)
        #expect(EventCatalogue.payloads.count == catalogue.events.count)
        for event in catalogue.events {
            let kind = try ApiEventKind.find(event)
            #expect(kind.rawValue == catalogue.json["events"]?[event]?["value"]?.int)
            let name = catalogue.json["events"]?[event]?["payload"]?.string
            #expect(kind.payloadName == (name == "Mapping[str, Any]" ? "FreeContext" : name))
        }
    }

    @Test func pairsKindsWithPayloads() throws {
        #expect(ApiEventType.trialStarted.kind == .trialStarted)
        #expect(ApiEventType<NoContext>.tunnelEnter.kind == .tunnelEnter)
        #expect(ApiEventType<ApiAnimalStatus?>.animalSelected.kind == .animalSelected)
        let payload = TrialStartedContext(sessionId: "s1", trialId: 3, reason: "user")
        let event = try ApiEvent(.trialStarted, payload, index: 1)
        #expect(try event.payload(.trialStarted) == payload)
        #expect(try event.payload(.trialCaptureEnded) == nil)
    }

    @Test func validates() throws {
        #expect(throws: Never.self) {
            try EventCatalogue.validate(context: ["session_id": "s", "trial_id": 1, "reason": ""], for: .trialStarted)
            try EventCatalogue.validate(context: nil, for: .animalSelected)
            try EventCatalogue.validate(context: nil, for: .protocolEvent)
            try EventCatalogue.validate(context: ["any_thing": [1]], for: .protocolEvent)
            try EventCatalogue.validate(context: nil, for: .tunnelEnter)
            try EventCatalogue.validate(context: [1, 2], for: ApiEventKind(rawValue: 90_002))
        }
    }

    @Test(
        arguments: [
            (.trialStarted, ["sessionId": "s", "reason": ""], "The key is missing in 'trialId' (rule: missing-key)"),
            (
                .trialStarted, ["sessionId": "s", "trialId": "1", "reason": ""],
                "Expected an integer, found text in 'trialId' (rule: type)"
            ),
            (.trialStarted, nil, "Expected an object, found null (rule: type)"),
            (.animalCreated, nil, "Expected an object, found null (rule: type)"),
            (.protocolEvent, [1], "Expected an object, found a list (rule: type)"),
            (.tunnelEnter, [:], "Expected no payload, since 'tunnelEnter' has none, found an object (rule: type)"),
            (
                .emergencyStop, ["reason": "", "reasonCode": 101, "activeAlarms": [201, "x"]],
                "Expected the number of an alarm kind, found text in 'activeAlarms[1]' (rule: type)"
            ),
        ] as [(ApiEventKind, JSONValue, String)]
    )
    func saysWhatIsWrong(_ kind: ApiEventKind, _ context: JSONValue, _ sentence: String) {
        let error = #expect(throws: WireError.self) { try EventCatalogue.validate(context: context, for: kind) }
        #expect(error?.description == sentence)
    }
}
