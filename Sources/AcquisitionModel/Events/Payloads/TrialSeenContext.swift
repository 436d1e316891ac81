/// The payload of ``ApiEventKind/trialAnimalSeen``, ``ApiEventKind/trialRightHandSeen`` and
/// ``ApiEventKind/trialPelletSeen``.
public struct TrialSeenContext: WireCodable, Sendable, Hashable {
    /// The session that the trial belongs to.
    public var sessionId: String
    /// The trial's number within the session.
    public var trialId: Int
    /// The batch in which the trial is analysed; nil where it is analysed by itself.
    public var batchId: String?

    /// A payload.
    public init(sessionId: String, trialId: Int, batchId: String?) {
        self.sessionId = sessionId
        self.trialId = trialId
        self.batchId = batchId
    }

    /// Reads the payload; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        sessionId = try object.read("sessionId")
        trialId = try object.read("trialId")
        batchId = try object.read("batchId")
    }

    /// Writes the payload as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("sessionId", sessionId)
            $0.field("trialId", trialId)
            $0.field("batchId", batchId)
        }
    }
}
