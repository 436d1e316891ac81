import Foundation
import TestSupport
import Testing

@testable import AcquisitionModel

/// What a program may call numbers of its own.
struct DefinitionTests {
    @Test(arguments: [
        (400, "openValve", "the number is the protocol's getStatus"),
        (100, "openValve", "the number is the protocol's startAcquisition"),
        (99_999, "openValve", "the number is the protocol's userDefined"),
        (90_101, "GET_STATUS", "the name is the protocol's, for 400"),
        (91_500, "openValve", "91000 to 91999 are this package's own"),
        (90_101, "", "a name is a letter, and then letters, digits, '_' and '-'"),
        (90_101, "12", "a name is a letter, and then letters, digits, '_' and '-'"),
        (90_101, "open valve", "a name is a letter, and then letters, digits, '_' and '-'"),
    ])
    func whatIsTakenIsRefused(_ number: Int, _ name: String, _ reason: String) {
        let error = #expect(throws: DefinitionError.self) { try ApiCommand.register(number, as: name) }
        #expect(error?.reason == reason)
        #expect(
            error?.description
                == "\(number) cannot be the command '\(name)': \(reason). 90000 to 90999 are set aside for labs"
        )
        #expect(DefinedNames.all(of: ApiCommand.self).allSatisfy { $0.number != number })
    }

    @Test func aConstantIsNotDefinedTwice() throws {
        ApiCommand.define(90_110, "flushLine")
        let number = #expect(throws: DefinitionError.self) { try ApiCommand.register(90_110, as: "emptyLine") }
        #expect(number?.reason == "the number is flushLine already")
        let name = #expect(throws: DefinitionError.self) { try ApiCommand.register(90_111, as: "FLUSH_LINE") }
        #expect(name?.reason == "the name stands for 90110 already")
        #expect(try ApiCommand.register(90_110, as: "flushLine").name() == "flushLine")
        #expect(try ApiCommand.find("flushline").rawValue == 90_110)
    }

    /// A constant in the source does not depend on what was read before it was first used.
    @Test func aConstantTakesThePlaceOfWhatWasRead() throws {
        try ApiTopic.register(90_120, as: "frames")
        try ApiTopic.register(90_121, as: "pupil")
        try ApiTopic.register(90_122, as: "frames")
        #expect(ApiTopic(rawValue: 90_120).name() == nil, "the later one counts")
        ApiTopic.define(90_120, "pupil")
        #expect(ApiTopic(rawValue: 90_120).name() == "pupil")
        #expect(ApiTopic(rawValue: 90_121).name() == nil)
        #expect(throws: DefinitionError.self) { try ApiTopic.register(90_121, as: "pupil") }
        #expect(try ApiTopic.find("frames").rawValue == 90_122)
    }

    @Test func aConstantWithATakenNumberEndsTheProgram() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            ApiCommand.define(400, "openValve")
        }
        let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(text.contains("400 cannot be the command 'openValve': the number is the protocol's getStatus"))
    }

    @Test func theRangeIsFreeInEveryVocabulary() {
        func check<Code: OpenVocabulary>(_: Code.Type) {
            for entry in Dialect.allCases.flatMap({ Code.published(in: $0) }) {
                let number = Int(exactly: entry.code.rawValue) ?? 0
                #expect(!Code.labNumbers.contains(number) && !Code.packageNumbers.contains(number))
            }
        }
        check(ApiCommand.self)
        check(ApiEventKind.self)
        check(ApiTopic.self)
        #expect(ApiEventKind.ControlRoom.all.allSatisfy { ApiEventKind.packageNumbers.contains($0.rawValue) })
        #expect(ApiEventKind.ControlRoom.all.allSatisfy { $0.name() != nil })
    }
}

extension DefinitionTests {
    @Test func programsInOtherLanguagesAreToldTheSameRange() throws {
        let url = Fixtures.checkout.appending(path: "Schemas/vocabulary.json")
        let vocabulary = try JSONReader.read(Data(contentsOf: url))
        let range = ApiCommand.labNumbers
        #expect(vocabulary["labs"] == ["from": range.lowerBound, "to": range.upperBound])
    }
}
