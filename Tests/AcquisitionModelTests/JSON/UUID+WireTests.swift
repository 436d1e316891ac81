import AcquisitionModel
import Foundation
import Testing

struct UUIDWireTests {
    @Test(arguments: [
        "123e4567-e89b-12d3-a456-426614174000", "123E4567-E89B-12D3-A456-426614174000",
        "123e4567e89b12d3a456426614174000", "123E4567E89B12D3A456426614174000",
    ])
    func readsEverySpellingAndWritesOne(_ text: String) throws {
        let payload = try TrainingPlanContext(json: ["trainingPlanId": .string(text)])
        #expect(payload.trainingPlanId == UUID(uuidString: "123E4567-E89B-12D3-A456-426614174000"))
        #expect(try payload.json() == ["trainingPlanId": "123e4567-e89b-12d3-a456-426614174000"])
    }

    @Test(
        arguments: [
            "", "x", "123e4567-e89b-12d3-a456-42661417400", "123e4567e89b12d3a45642661417400g", 5, nil,
            "1234567890éééééééééééé", "123e4567-e89b12d3-a456-4266-14174000",
        ] as [JSONValue]
    )
    func refusesWhatIsNone(_ json: JSONValue) {
        let error = #expect(throws: WireError.self) { try TrainingPhaseContext(json: ["training_phase_id": json]) }
        #expect(error?.rule == .type)
        #expect(error?.path == "trainingPhaseId")
    }
}
