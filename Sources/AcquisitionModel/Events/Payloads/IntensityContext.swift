/// The payload of ``ApiEventKind/autoClampIntensityChanged``, ``ApiEventKind/autoClampEngaged``,
/// ``ApiEventKind/autoClampPreDisengage`` and ``ApiEventKind/autoClampDisengaged``.
public struct IntensityContext: WireCodable, Sendable, Hashable {
    /// The clamp's intensity.
    public var intensity: Double

    /// A payload.
    public init(intensity: Double) {
        self.intensity = intensity
    }

    /// Reads the payload; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        intensity = try object.read("intensity")
    }

    /// Writes the payload as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("intensity", intensity)
        }
    }
}
