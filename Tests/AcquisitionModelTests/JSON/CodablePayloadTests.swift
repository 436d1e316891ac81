import AcquisitionModel
import Foundation
import Testing

/// Payloads that Swift's `Codable` reads and writes.
struct CodablePayloadTests {
    private struct Valve: CodablePayload, Equatable {
        var valveId: Int
        var microlitres: Double?
        var label = "a \"b\" ü"
        var openedAt = Date(timeIntervalSince1970: 1_700_000_000.25)
        var raw = Data([1, 2, 255])
        var steps: [Step] = [Step(x: .nan), Step(x: 1e-7)]
        var gains: [String: Double] = ["left": 0.5]

        struct Step: Codable, Equatable {
            var x: Double?
        }
    }

    private struct Snake: CodablePayload, Equatable {
        var stepName: String
        enum CodingKeys: String, CodingKey { case stepName = "step_name" }
    }

    @Test func goesThereAndBack() throws {
        let valve = Valve(valveId: Int.max, microlitres: 2.5)
        let json = try valve.json()
        #expect(json["valveId"] == .integer(Int64.max))
        #expect(json["openedAt"] == 1_700_000_000.25)
        #expect(json["raw"] == "AQL/")
        #expect(json["steps"] == [["x": nil], ["x": 1e-7]])
        var expected = valve
        expected.steps[0].x = nil
        #expect(try Valve(json: json) == expected)
        #expect(try Valve(json: json.withSnakeCaseKeys) == expected, "as Python writes it")
    }

    @Test func keysGoOutInCamelCase() throws {
        #expect(try Snake(stepName: "A_b").json() == ["stepName": "A_b"])
    }

    @Test(arguments: [
        (#"{"microlitres":1}"#, "The key is missing in 'valveId' (rule: missing-key)"),
        (#"{"valveId":"x"}"#, "Expected Int in 'valveId' (rule: type)"),
        (#"{"valveId":1.5}"#, "(rule: type)"),
        (
            #"{"valveId":1,"label":"","openedAt":0,"raw":"","gains":{},"steps":[{},{"x":"n"}]}"#,
            "Expected Double in 'steps[1].x'"
        ),
        ("[]", "(rule: type)"),
    ])
    func saysWhatIsWrong(_ text: String, _ message: String) throws {
        let json = try JSONReader.read(text)
        let error = #expect(throws: WireError.self) { try Valve(json: json) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "-")")
    }

    @Test func whatCannotBeEncodedIsRefused() {
        struct Stubborn: CodablePayload {
            init() {}
            init(from decoder: any Decoder) throws {}
            func encode(to encoder: any Encoder) throws {
                throw EncodingError.invalidValue(1, .init(codingPath: [], debugDescription: "it is broken"))
            }
        }
        let error = #expect(throws: WireError.self) { try Stubborn().json() }
        #expect(error?.rule == .type)
        #expect(error?.message == "Stubborn cannot be encoded: it is broken")
    }

    @Test func takesWhatIsNoPayload() throws {
        #expect(try JSONValue(encoding: [1, 2]) == [1, 2])
        #expect(try JSONValue(encoding: ["a": Double.infinity]) == ["a": nil])
        #expect(try JSONValue(encoding: "text") == "text")
        let pairs: [String: [Int]] = try JSONReader.read(#"{"a":[1]}"#).decoded()
        #expect(pairs == ["a": [1]])
    }

    @Test func makesATypedEvent() throws {
        let type = ApiEventType<Snake>(ApiEventKind(rawValue: 90_301))
        let event = try ApiEvent(type, Snake(stepName: "x"), index: 1)
        #expect(event.context == ["stepName": "x"])
        #expect(try event.payload(type) == Snake(stepName: "x"))
    }
}
