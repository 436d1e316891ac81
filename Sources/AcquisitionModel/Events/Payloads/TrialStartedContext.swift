/// The payload of ``ApiEventKind/trialStarted``.
public struct TrialStartedContext: WireCodable, Sendable, Hashable {
    /// The session that the trial belongs to.
    public var sessionId: String
    /// The trial's number within the session.
    public var trialId: Int
    /// Why the trial was started, in words.
    public var reason: String

    /// A payload.
    public init(sessionId: String, trialId: Int, reason: String) {
        self.sessionId = sessionId
        self.trialId = trialId
        self.reason = reason
    }

    /// Reads the payload; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        sessionId = try object.read("sessionId")
        trialId = try object.read("trialId")
        reason = try object.read("reason")
    }

    /// Writes the payload as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("sessionId", sessionId)
            $0.field("trialId", trialId)
            $0.field("reason", reason)
        }
    }
}
