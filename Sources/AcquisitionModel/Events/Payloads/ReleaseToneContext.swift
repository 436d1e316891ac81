/// The payload of ``ApiEventKind/autoClampPlayReleaseTone``.
public struct ReleaseToneContext: WireCodable, Sendable, Hashable {
    /// The tone's frequency.
    public var frequency: Double
    /// How long the tone is played.
    public var duration: Double

    /// A payload.
    public init(frequency: Double, duration: Double) {
        self.frequency = frequency
        self.duration = duration
    }

    /// Reads the payload; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        frequency = try object.read("frequency")
        duration = try object.read("duration")
    }

    /// Writes the payload as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("frequency", frequency)
            $0.field("duration", duration)
        }
    }
}
