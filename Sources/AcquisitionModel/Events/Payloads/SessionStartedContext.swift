/// The payload of ``ApiEventKind/sessionStarted``.
public struct SessionStartedContext: WireCodable, Sendable, Hashable {
    /// The session.
    public var sessionId: String
    /// Whether the trials are analysed later, in batches.
    public var isAnalysisDeferred: Bool

    /// A payload.
    public init(sessionId: String, isAnalysisDeferred: Bool) {
        self.sessionId = sessionId
        self.isAnalysisDeferred = isAnalysisDeferred
    }

    /// Reads the payload; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        sessionId = try object.read("sessionId")
        isAnalysisDeferred = try object.read("isAnalysisDeferred")
    }

    /// Writes the payload as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("sessionId", sessionId)
            $0.field("isAnalysisDeferred", isAnalysisDeferred)
        }
    }
}
