import AcquisitionModel
import Testing

/// Every enumeration of the original against its Swift type: nothing is missing, nothing is invented.
struct CatalogueVocabularyTests {
    static let numbers: [any OpenVocabulary.Type] = [
        ApiAlarmKind.self, ApiAppStatus.self, ApiApplicationMode.self, ApiCommand.self, ApiCommandRequestErrorKind.self,
        ApiCommandRequestResult.self, ApiDetectorKind.self, ApiEmergencyResumeReason.self, ApiEmergencyStopReason.self,
        ApiEventKind.self, ApiPelletShiftSource.self, ApiTopic.self, ApiTrainingMode.self,
    ]
    static let texts: [any OpenTextVocabulary.Type] = [
        CaptureAnalysisResult.self, ReachEventMethod.self, ReachEventOutcome.self,
    ]

    @Test(arguments: Dialect.allCases)
    func everyEnumerationIsThere(_ dialect: Dialect) throws {
        let known = Set((Self.numbers.map { "\($0)" }) + (Self.texts.map { "\($0)" }))
        let wanted = try Catalogue(dialect).enumerations.map(Catalogue.swiftName)
        #expect(wanted.filter { !known.contains($0) } == [])
        #expect(wanted.count > 5)
    }

    @Test(arguments: Dialect.allCases, numbers.indices)
    func everyNumberHasItsName(_ dialect: Dialect, _ type: Int) throws {
        try compare(Self.numbers[type], in: dialect)
    }

    private func compare<Code: OpenVocabulary>(_ type: Code.Type, in dialect: Dialect) throws {
        let catalogue = try Catalogue(dialect)
        guard let name = catalogue.enumerations.first(where: { Catalogue.swiftName($0) == "\(Code.self)" }) else {
            return
        }
        let wanted = try catalogue.members(of: name).map { "\(Catalogue.swiftMember($0.name)) = \($0.value)" }
        let entries = Code.published(in: dialect)
        #expect(Set(entries.map { "\($0.name) = \($0.code.rawValue)" }) == Set(wanted))
        #expect(entries.count == wanted.count)
        for entry in entries {
            #expect(entry.code.name(in: dialect) == entry.name)
            #expect(try Code.find(entry.name, in: dialect) == entry.code)
            #expect(try Code.find(KeyCase.decamelize(entry.name).uppercased(), in: dialect) == entry.code)
            #expect(try Code.find("\(entry.code.rawValue)", in: dialect) == entry.code)
            #expect(try Code(json: entry.code.json()) == entry.code)
        }
    }

    @Test(arguments: texts.indices)
    func everyTextIsThere(_ type: Int) throws {
        try compare(Self.texts[type])
    }

    private func compare<Code: OpenTextVocabulary>(_ type: Code.Type) throws {
        let wanted = try Catalogue(.current).members(of: "\(Code.self)Like").map(\.value.string)
        #expect(Code.published.map(\.rawValue) == wanted)
        for code in Code.published {
            #expect(try Code(json: code.json()) == code)
            #expect("\(code)" == code.rawValue)
        }
        let unknown = try Code(json: "of another_Release")
        #expect(try unknown.json() == "of another_Release")
        #expect((#expect(throws: WireError.self) { try Code(json: 1) })?.rule == .type)
    }
}
