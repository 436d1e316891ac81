/// Where the recordings go (`protocol/autotrainer-0.12.0.json`, `ApiProjectStatus`).
public struct ApiProjectStatus: WireCodable, Sendable, Hashable {
    /// Where the day's recordings go.
    public var dayPath: String
    /// The trial's number within the session.
    public var trialId: Int
    /// The session that is recorded.
    public var sessionId: String

    /// A status.
    public init(dayPath: String, trialId: Int, sessionId: String) {
        self.dayPath = dayPath
        self.trialId = trialId
        self.sessionId = sessionId
    }

    /// Reads the status; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        dayPath = try object.read("dayPath")
        trialId = try object.read("trialId")
        sessionId = try object.read("sessionId")
    }

    /// Writes the status as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("dayPath", dayPath)
            $0.field("trialId", trialId)
            $0.field("sessionId", sessionId)
        }
    }
}
