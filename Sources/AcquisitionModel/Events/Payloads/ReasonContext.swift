/// The payload of ``ApiEventKind/applicationTerminating``, ``ApiEventKind/calibrationDcsFailed`` and
/// ``ApiEventKind/calibration3dFailed``.
public struct ReasonContext: WireCodable, Sendable, Hashable {
    /// Why, in words.
    public var reason: String

    /// A payload.
    public init(reason: String) {
        self.reason = reason
    }

    /// Reads the payload; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        reason = try object.read("reason")
    }

    /// Writes the payload as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("reason", reason)
        }
    }
}
