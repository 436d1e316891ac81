/// The payload of ``ApiEventKind/trainingModeChanged``.
public struct TrainingModeContext: WireCodable, Sendable, Hashable {
    /// The training mode that is in force now.
    public var trainingMode: ApiTrainingMode

    /// A payload.
    public init(trainingMode: ApiTrainingMode) {
        self.trainingMode = trainingMode
    }

    /// Reads the payload; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        trainingMode = try object.read("trainingMode")
    }

    /// Writes the payload as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("trainingMode", trainingMode)
        }
    }
}
