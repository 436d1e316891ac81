/// The payload of ``ApiEventKind/pelletDriftReset``.
public struct PelletDriftResetContext: WireCodable, Sendable, Hashable {
    /// The drift that was set back.
    public var drift: Vector3Context

    /// A payload.
    public init(drift: Vector3Context) {
        self.drift = drift
    }

    /// Reads the payload; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        drift = try object.read("drift")
    }

    /// Writes the payload as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("drift", drift)
        }
    }
}
