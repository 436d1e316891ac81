/// The payload of ``ApiEventKind/autoClampReleaseDelayChanged``.
public struct DelayContext: WireCodable, Sendable, Hashable {
    /// The delay that is in force now.
    public var delay: Double

    /// A payload.
    public init(delay: Double) {
        self.delay = delay
    }

    /// Reads the payload; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        delay = try object.read("delay")
    }

    /// Writes the payload as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("delay", delay)
        }
    }
}
