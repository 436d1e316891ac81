import AcquisitionModel
import Testing

struct OpenVocabularyTests {
    @Test(arguments: [
        ("400", 400), ("-3", -3), ("123456", 123_456), ("getStatus", 400), ("GET_STATUS", 400), ("get-status", 400),
        ("getstatus", 400), ("gets", 400), ("GET_S", 400), ("none", 0), ("setTu", 1080), ("user", 99_999),
    ])
    func finds(_ text: String, _ number: Int) throws {
        #expect(try ApiCommand.find(text).rawValue == number)
    }

    @Test func anExactNameWinsOverTheBeginningOfAnother() throws {
        #expect(try ApiEventKind.find("emergencyStop") == .emergencyStop)
        #expect(try ApiEventKind.find("trialEnded") == .trialEnded)
        #expect(try ApiTrainingMode.find("manual") == .manual)
        #expect(try ApiTrainingMode.find("manual_") == .manual)
        #expect(try ApiTrainingMode.find("manualW") == .manualWithProtocol)
    }

    @Test func namesTheCandidatesOfAnAmbiguousText() {
        let error = #expect(throws: VocabularyError.self) { try ApiCommand.find("GET_") }
        #expect(error?.candidates == ["getConfiguration", "getStatus", "getAnimals"])
        #expect(
            error?.description
                == "'GET_' could be several names of a command: getConfiguration, getStatus, getAnimals"
        )
    }

    @Test func namesWhatIsNearAnUnknownText() {
        let near = #expect(throws: VocabularyError.self) { try ApiCommand.find("status") }
        #expect(near?.candidates == [])
        #expect(near?.description == "'status' is no command. Did you mean: getStatus")
        let far = #expect(throws: VocabularyError.self) { try ApiTrainingMode.find("xyz") }
        #expect(
            far?.description
                == "'xyz' is no training mode. Known are: undefined, manual, manualWithProtocol, automatic"
        )
        for nothing in ["", "_", " "] {
            #expect(throws: VocabularyError.self) { try ApiCommand.find(nothing) }
        }
        let many = #expect(throws: VocabularyError.self) { try ApiEventKind.find("xyz") }
        #expect(many?.description.hasSuffix(" more") == true)
    }

    @Test func aLabDefinesItsOwn() throws {
        let valve = ApiEventKind.define(90_001, "valveOpened")
        #expect(valve.rawValue == 90_001)
        #expect(valve.description == "valveOpened")
        #expect(try ApiEventKind.find("VALVE_OPENED") == valve)
        #expect(try ApiEventKind.find("valve", in: .legacy) == valve)
        #expect(ApiEventKind.entries().contains(VocabularyEntry(valve, "valveOpened")))
        #expect(!ApiEventKind.published(in: .current).contains { $0.code == valve })
        #expect(ApiCommand(rawValue: 90_001).name() == nil)
        // The same again is no second definition.
        #expect(ApiEventKind.define(90_001, "valveOpened") == valve)
    }

    @Test func unknownNumbersSurvive() throws {
        let unknown = try ApiEventKind(json: 123_456)
        #expect(unknown.rawValue == 123_456)
        #expect(unknown.name() == nil)
        #expect(unknown.description == "123456")
        #expect(try unknown.json() == 123_456)
        #expect(try ApiCommand(json: 400.0) == .getStatus)
    }

    @Test(arguments: ["GET_STATUS", 1.5, nil, true, [400], .number(1e300)] as [JSONValue])
    func whatIsNoNumberIsRefused(_ json: JSONValue) {
        let error = #expect(throws: WireError.self) { try ApiCommand(json: json) }
        #expect(error?.rule == .type)
        #expect(error?.message == "Expected the number of a command, found \(json.kindInWords)")
    }

    @Test func numbersOutOfRangeAreRefused() {
        #expect(throws: WireError.self) { try ApiTopic(json: -1) }
        #expect(throws: WireError.self) { try ApiTopic(json: 4_294_967_296) }
        #expect(throws: Never.self) { try ApiTopic(json: 4_294_967_295) }
    }

    @Test func theDialectDecidesWhatANumberMeans() throws {
        #expect(ApiEventKind(rawValue: 1301).name(in: .current) == "trialStarted")
        #expect(ApiEventKind(rawValue: 1301).name(in: .legacy) == "sessionStarting")
        #expect(ApiEventKind(rawValue: 1301).display(in: .legacy) == "sessionStarting")
        #expect(ApiEventKind.Legacy.sessionStarted.description == "sessionStarted")
        #expect(try ApiEventKind.find("sessionStarted", in: .legacy).rawValue == 1302)
        #expect(try ApiEventKind.find("sessionStarted", in: .current).rawValue == 1331)
        #expect(ApiEventKind(rawValue: 1302).description == "sessionStarted")
        #expect(ApiEventKind(rawValue: 7).display(in: .current) == "7")
    }
}
