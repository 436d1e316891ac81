/// The payload of ``ApiEventKind/projectTrialChanged``.
public struct ProjectTrialChangedContext: WireCodable, Sendable, Hashable {
    /// The folder in which the project lies.
    public var root: String
    /// The session whose recordings follow.
    public var sessionId: String
    /// The trial's number within the session.
    public var trialId: Int

    /// A payload.
    public init(root: String, sessionId: String, trialId: Int) {
        self.root = root
        self.sessionId = sessionId
        self.trialId = trialId
    }

    /// Reads the payload; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        root = try object.read("root")
        sessionId = try object.read("sessionId")
        trialId = try object.read("trialId")
    }

    /// Writes the payload as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("root", root)
            $0.field("sessionId", sessionId)
            $0.field("trialId", trialId)
        }
    }
}
