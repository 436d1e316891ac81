import AcquisitionModel
import TestSupport
import Testing

/// The payload types against the fields that the catalogue gives them and against recorded events.
struct PayloadTests {
    /// Reads `json` as the payload of `event` and writes it again.
    private func rewritten(_ json: JSONValue, as event: String) throws -> String {
        let payload = try #require(EventCatalogue.payloads[ApiEventKind.find(event)])
        return String(decoding: try payload.init(json: json).encoded(), as: UTF8.self)
    }

    @Test(arguments: try Catalogue(.current).events)
    func keepsFieldsInTheirOrder(_ event: String) throws {
        let shape = try Catalogue(.current).shape(ofEvent: event)
        let onTheWire = shape.sample(spell: KeyCase.camelize)
        #expect(try rewritten(onTheWire, as: event) == onTheWire.description)
        #expect(try rewritten(shape.sample { $0 }, as: event) == onTheWire.description)
        // In any order.
        let reversed = onTheWire.object.map { JSONValue.object($0.members.reversed().map { ($0.key, $0.value) }) }
        #expect(try rewritten(reversed ?? onTheWire, as: event) == onTheWire.description)
    }

    @Test(arguments: try Catalogue(.current).events)
    func takesNullWhereItMayBe(_ event: String) throws {
        let onTheWire = try Catalogue(.current).shape(ofEvent: event).sample(nulls: true, spell: KeyCase.camelize)
        #expect(try rewritten(onTheWire, as: event) == onTheWire.description)
    }

    @Test(arguments: try Catalogue(.current).events)
    func namesTheKeyThatIsMissing(_ event: String) throws {
        for spell in [KeyCase.camelize, { $0 }] {
            let samples = try Catalogue(.current).shape(ofEvent: event).samplesWithoutAKey(spell: spell)
            for damaged in samples {
                if damaged.isRequired {
                    let error = #expect(throws: WireError.self) { try rewritten(damaged.sample, as: event) }
                    #expect(error?.rule == .missingKey)
                    #expect(error?.path == damaged.path)
                } else {
                    #expect(throws: Never.self) { try rewritten(damaged.sample, as: event) }
                }
            }
        }
    }

    @Test(arguments: try Catalogue(.current).events)
    func refusesWhatIsNoObject(_ event: String) throws {
        let kind = try ApiEventKind.find(event)
        guard kind.payloadName != nil else { return }
        for json in [1, "text", [], true] as [JSONValue] {
            #expect((#expect(throws: WireError.self) { try rewritten(json, as: event) })?.rule == .type)
        }
    }

    @Test(arguments: try RecordedEvent.all)
    func writesAsRecorded(_ recorded: RecordedEvent) throws {
        #expect(try rewritten(recorded.context, as: recorded.event) == recorded.context.description)
    }

    @Test func thereAreRecordedEvents() throws {
        #expect(try RecordedEvent.all.count > 60)
    }
}

/// An event that the original was seen to publish.
struct RecordedEvent: Sendable, CustomTestStringConvertible {
    let event: String
    let context: JSONValue

    var testDescription: String { event }

    static var all: [RecordedEvent] {
        get throws {
            let vectors = try #require(try Fixtures.json("vectors/autotrainer-0.12.0.json").array)
            return try vectors.compactMap { vector in
                guard let parts = vector["name"]?.string?.split(separator: "-"), parts.first == "kind" else {
                    return nil
                }
                let text = try #require(vector["messages"]?.array?.last?["payload_utf8"]?.string)
                let event = try JSONReader.read(text)
                #expect(event["kind"]?.description == String(parts[1]))
                return RecordedEvent(event: String(parts[2]), context: try #require(event["context"]))
            }
        }
    }
}
