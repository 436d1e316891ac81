import AcquisitionModel
import Testing

struct JSONObjectTests {
    @Test func findsEitherSpellingAndTheLaterOneWins() {
        #expect((["trial_id": 1] as JSONObject)["trialId"] == 1)
        #expect((["trialId": 1, "trial_id": 2] as JSONObject)["trialId"] == 2)
        #expect((["trial_id": 2, "trialId": 1] as JSONObject)["trialId"] == 1)
        #expect((["trialid": 1, "TrialId": 2, "trial__id": 3] as JSONObject)["trialId"] == nil)
        #expect((["trial_id": 1] as JSONObject).value(ofExactly: "trialId") == nil)
    }

    @Test(arguments: [3, 15, 16, 17, 200])
    func keepsOrderAndReplacesInPlace(_ count: Int) {
        var object = JSONObject()
        for number in 0..<count { object.set("k\(number)", to: .integer(Int64(number))) }
        object.set("k1", to: "new")
        #expect(object.members.map(\.key) == (0..<count).map { "k\($0)" })
        #expect(object.value(ofExactly: "k1") == "new")
        #expect(object.count == count)
    }

    @Test func equalityDoesNotLookAtTheOrder() {
        let one: JSONObject = ["a": 1, "b": [2]]
        let other: JSONObject = ["b": [2], "a": 1]
        #expect(one == other)
        #expect(one.hashValue == other.hashValue)
        #expect(one != ["a": 1])
        #expect(one != ["a": 1, "c": [2]])
        #expect(one.isEmpty == false)
        #expect(JSONObject().isEmpty)
    }
}
