/// The payload of ``ApiEventKind/trialEnded``.
public struct TrialEndedContext: WireCodable, Sendable, Hashable {
    /// The session that the trial belongs to.
    public var sessionId: String
    /// The trial's number within the session.
    public var trialId: Int
    /// How far the recording and its analysis came.
    public var result: CaptureAnalysisResult

    /// A payload.
    public init(sessionId: String, trialId: Int, result: CaptureAnalysisResult) {
        self.sessionId = sessionId
        self.trialId = trialId
        self.result = result
    }

    /// Reads the payload; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        sessionId = try object.read("sessionId")
        trialId = try object.read("trialId")
        result = try object.read("result")
    }

    /// Writes the payload as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("sessionId", sessionId)
            $0.field("trialId", trialId)
            $0.field("result", result)
        }
    }
}
