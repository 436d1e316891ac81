/// The payload of ``ApiEventKind/trialCaptureEnded`` and ``ApiEventKind/trialPelletPresented``.
public struct SessionTrialContext: WireCodable, Sendable, Hashable {
    /// The session that the trial belongs to.
    public var sessionId: String
    /// The trial's number within the session.
    public var trialId: Int

    /// A payload.
    public init(sessionId: String, trialId: Int) {
        self.sessionId = sessionId
        self.trialId = trialId
    }

    /// Reads the payload; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        sessionId = try object.read("sessionId")
        trialId = try object.read("trialId")
    }

    /// Writes the payload as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("sessionId", sessionId)
            $0.field("trialId", trialId)
        }
    }
}
