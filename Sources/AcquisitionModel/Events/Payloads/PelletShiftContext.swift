/// The payload of ``ApiEventKind/intertrialPelletShift``.
public struct PelletShiftContext: WireCodable, Sendable, Hashable {
    /// The session that the trial belongs to.
    public var sessionId: String
    /// The trial's number within the session.
    public var trialId: Int
    /// The batch in which the trial is analysed; nil where it is analysed by itself.
    public var batchId: String?
    /// What led to the shift.
    public var source: ApiPelletShiftSource
    /// By how much the position was shifted.
    public var shift: Vector3Context
    /// Whether the shift is made later.
    public var deferred: Bool

    /// A payload.
    public init(
        sessionId: String,
        trialId: Int,
        batchId: String?,
        source: ApiPelletShiftSource,
        shift: Vector3Context,
        deferred: Bool
    ) {
        self.sessionId = sessionId
        self.trialId = trialId
        self.batchId = batchId
        self.source = source
        self.shift = shift
        self.deferred = deferred
    }

    /// Reads the payload; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        sessionId = try object.read("sessionId")
        trialId = try object.read("trialId")
        batchId = try object.read("batchId")
        source = try object.read("source")
        shift = try object.read("shift")
        deferred = try object.read("deferred")
    }

    /// Writes the payload as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("sessionId", sessionId)
            $0.field("trialId", trialId)
            $0.field("batchId", batchId)
            $0.field("source", source)
            $0.field("shift", shift)
            $0.field("deferred", deferred)
        }
    }
}
