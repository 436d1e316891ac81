/// The payload of ``ApiEventKind/sessionEnded``.
public struct SessionEndedContext: WireCodable, Sendable, Hashable {
    /// The session.
    public var sessionId: String
    /// How many trials were recorded.
    public var captureTrialCount: Int
    /// How many trials were analysed.
    public var analysisTrialCount: Int
    /// How many trials could not be analysed.
    public var failedTrialCount: Int

    /// A payload.
    public init(sessionId: String, captureTrialCount: Int, analysisTrialCount: Int, failedTrialCount: Int) {
        self.sessionId = sessionId
        self.captureTrialCount = captureTrialCount
        self.analysisTrialCount = analysisTrialCount
        self.failedTrialCount = failedTrialCount
    }

    /// Reads the payload; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        sessionId = try object.read("sessionId")
        captureTrialCount = try object.read("captureTrialCount")
        analysisTrialCount = try object.read("analysisTrialCount")
        failedTrialCount = try object.read("failedTrialCount")
    }

    /// Writes the payload as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("sessionId", sessionId)
            $0.field("captureTrialCount", captureTrialCount)
            $0.field("analysisTrialCount", analysisTrialCount)
            $0.field("failedTrialCount", failedTrialCount)
        }
    }
}
