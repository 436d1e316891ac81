/// The status in release 0.9.7: its answer to GET_STATUS (`protocol/autotrainer-0.9.7.json`, `StatusResponse`).
public struct LegacyStatus: WireCodable, Sendable, Hashable {
    /// What the application is doing.
    public var appStatus: ApiAppStatus
    /// Who decides what happens in the training.
    public var trainingMode: ApiTrainingMode
    /// The identifier of the animal that is selected.
    public var animalId: String

    /// A status.
    public init(appStatus: ApiAppStatus, trainingMode: ApiTrainingMode, animalId: String) {
        self.appStatus = appStatus
        self.trainingMode = trainingMode
        self.animalId = animalId
    }

    /// Reads the status; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        appStatus = try object.read("appStatus")
        trainingMode = try object.read("trainingMode")
        animalId = try object.read("animalId")
    }

    /// Writes the status as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("appStatus", appStatus)
            $0.field("trainingMode", trainingMode)
            $0.field("animalId", animalId)
        }
    }
}
