/// The payload of ``ApiEventKind/batchAnalysisEnded``.
public struct BatchAnalysisEndedContext: WireCodable, Sendable, Hashable {
    /// The session that the batch belongs to.
    public var sessionId: String
    /// The batch.
    public var batchId: String
    /// How many trials were analysed.
    public var analysisTrialCount: Int
    /// How many trials could not be analysed.
    public var failedTrialCount: Int

    /// A payload.
    public init(sessionId: String, batchId: String, analysisTrialCount: Int, failedTrialCount: Int) {
        self.sessionId = sessionId
        self.batchId = batchId
        self.analysisTrialCount = analysisTrialCount
        self.failedTrialCount = failedTrialCount
    }

    /// Reads the payload; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        sessionId = try object.read("sessionId")
        batchId = try object.read("batchId")
        analysisTrialCount = try object.read("analysisTrialCount")
        failedTrialCount = try object.read("failedTrialCount")
    }

    /// Writes the payload as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("sessionId", sessionId)
            $0.field("batchId", batchId)
            $0.field("analysisTrialCount", analysisTrialCount)
            $0.field("failedTrialCount", failedTrialCount)
        }
    }
}
