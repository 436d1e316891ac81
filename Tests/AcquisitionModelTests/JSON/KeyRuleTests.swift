import AcquisitionModel
import TestSupport
import Testing

/// Keys of free data on their way through the wire.
struct KeyRuleTests {
    /// Objects within objects and lists, with keys of every kind.
    private static func data(_ random: inout SeededGenerator) -> JSONValue {
        let keys = RandomKeys.keys(6, &random)
        let inner: JSONValue = .object(RandomKeys.keys(3, &random).map { ($0, 1) })
        return .object(keys.enumerated().map { ($1, $0 == 0 ? inner : $0 == 1 ? [inner, 2] : JSONValue($0)) })
    }

    /// Both as text, so that keys are compared byte for byte and in their order.
    private static func text(_ value: JSONValue) -> [UInt8] { Array(value.description.utf8) }

    @Test func `Keys as given arrive byte for byte, whatever carries them`() throws {
        var random = SeededGenerator()
        for _ in 0..<300 {
            let data = Self.data(&random)
            let expected = Self.text(data)
            let request = ApiCommandRequest(.userDefined, data: data, keys: .asGiven)
            let arrived = try ApiCommandRequest(bytes: request.encoded())
            #expect(arrived == request && Self.text(arrived.data) == expected, "seed \(random.seed)")

            let reply = try ApiCommandReply(json: ApiCommandReply(.success(data), to: arrived).json())
            #expect(Self.text(reply.data) == expected, "seed \(random.seed)")

            let result = ApiCommandRequestResponse(.success, data: data, keys: .asGiven)
            let published = try ApiCommandRequestResponse(json: result.json())
            #expect(Self.text(published.data) == expected, "seed \(random.seed)")

            let event = ApiEvent(kind: .protocolEvent, index: 1, context: data, keys: .asGiven)
            #expect(Self.text(try ApiEvent(json: event.json()).context) == expected, "seed \(random.seed)")

            let context = FreeContext(data.object, keys: .asGiven)
            #expect(Self.text(try context.json()) == expected, "seed \(random.seed)")

            let change = PropertyChangedContext(target: 1, name: "x", newValue: data, oldValue: nil, keys: .asGiven)
            #expect(Self.text(try PropertyChangedContext(json: change.json()).newValue) == expected)
        }
    }

    /// A gateway that passes on what it received must not spell it anew.
    @Test func `What was received is written as it came`() throws {
        var random = SeededGenerator()
        for _ in 0..<100 {
            let data = Self.data(&random)
            func expectSame<Message: WireCodable>(_ type: Message.Type, _ json: JSONValue) throws {
                let again = try Message(json: json).json()
                let (was, isNow) = (json["data"] ?? json["context"], again["data"] ?? again["context"])
                #expect(was?.description == isNow?.description, "\(type), seed \(random.seed)")
            }
            try expectSame(ApiCommandReply.self, ["result": 100, "data": data])
            try expectSame(ApiCommandRequestResponse.self, ["result": 100, "data": data])
            try expectSame(ApiEvent.self, ["kind": 1, "context": data])
        }
    }

    /// In a request a key is only spelled anew where that can be undone.
    @Test func `Camel case can be undone`() throws {
        var random = SeededGenerator()
        for _ in 0..<2000 {
            let keys = RandomKeys.keys(4, &random)
            // A key in camelCase cannot be told from one that was made so.
            let given = keys.filter { KeyCase.reversiblyDecamelized($0).utf8.elementsEqual($0.utf8) }
            let request = ApiCommandRequest(.userDefined, data: .object(given.map { ($0, true) }))
            let arrived = try ApiCommandRequest(bytes: request.encoded()).data
            let undone = arrived.withReversibleSnakeCaseKeys.object?.members.map { Array($0.key.utf8) }
            #expect(undone == given.map { Array($0.utf8) }, "seed \(random.seed)")
            for key in given { #expect(arrived[key] == true, "\(key.debugDescription), seed \(random.seed)") }
        }
    }

    @Test(arguments: [
        ("gain_db", "gainDb"), ("StimChannel", "StimChannel"), ("FirstPhaseDelay_mS", "FirstPhaseDelay_mS"),
        ("markers_t_s", "markers_t_s"), ("id_2", "id_2"), ("kebab-key", "kebab-key"), ("a__b", "a__b"), ("x1", "x1"),
        ("with space", "with space"), ("UPPER_SNAKE", "UPPER_SNAKE"), ("_lead", "_lead"), ("camelCase", "camelCase"),
    ])
    func `Requests are spelled so`(_ key: String, _ written: String) throws {
        let json = try ApiCommandRequest(.userDefined, data: .object([(key, JSONValue(1))])).json()
        #expect(json["data"]?.object?.members.first?.key == written)
        #expect(json["keys"] == nil)
    }

    /// Two keys stay two.
    @Test func `No key becomes another one`() throws {
        let both: JSONValue = ["stim_channel": 1, "stimChannel": 2]
        let arrived = try ApiCommandRequest(bytes: ApiCommandRequest(.userDefined, data: both).encoded()).data
        #expect(arrived.description == both.description)
        #expect(both.withReversibleSnakeCaseKeys.description == both.description)
    }

    @Test func `Either spelling finds the other`() {
        let object: JSONObject = ["trialId": 1, "stim_channel": 2, "a_b": 3, "aB": 4]
        #expect(object["trial_id"] == 1 && object["trialId"] == 1)
        #expect(object["stimChannel"] == 2 && object["stim_channel"] == 2)
        #expect(object["a_b"] == 4 && object["aB"] == 4)
        #expect(object["trial_Id"] == nil && object["trial"] == nil && object["_trialId"] == nil)
    }

    @Test func `A request says how its keys are spelled`() throws {
        let json = try ApiCommandRequest(.getStatus, keys: .asGiven).json()
        #expect(json["keys"] == "asGiven")
        for keys in [#""camelCase""#, #""else""#, "1", "null", "[]"] {
            let request = try ApiCommandRequest(bytes: Array(#"{"command":400,"keys":\#(keys)}"#.utf8))
            #expect(request.keys == .camelCase, "\(keys)")
        }
    }
}
