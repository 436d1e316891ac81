/// The payload of ``ApiEventKind/intertrialResponse``.
public struct IntertrialResponseContext: WireCodable, Sendable, Hashable {
    /// The session that the trial belongs to.
    public var sessionId: String
    /// The trial's number within the session.
    public var trialId: Int
    /// The batch in which the trial is analysed; nil where it is analysed by itself.
    public var batchId: String?
    /// What the analysis found.
    public var responseData: IntertrialResponse

    /// A payload.
    public init(sessionId: String, trialId: Int, batchId: String?, responseData: IntertrialResponse) {
        self.sessionId = sessionId
        self.trialId = trialId
        self.batchId = batchId
        self.responseData = responseData
    }

    /// Reads the payload; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        sessionId = try object.read("sessionId")
        trialId = try object.read("trialId")
        batchId = try object.read("batchId")
        responseData = try object.read("responseData")
    }

    /// Writes the payload as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("sessionId", sessionId)
            $0.field("trialId", trialId)
            $0.field("batchId", batchId)
            $0.field("responseData", responseData)
        }
    }
}
