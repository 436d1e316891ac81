/// The payload of ``ApiEventKind/autoClampReleaseToneFreqChanged``.
public struct FrequencyContext: WireCodable, Sendable, Hashable {
    /// The frequency that is in force now.
    public var frequency: Double

    /// A payload.
    public init(frequency: Double) {
        self.frequency = frequency
    }

    /// Reads the payload; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        frequency = try object.read("frequency")
    }

    /// Writes the payload as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("frequency", frequency)
        }
    }
}
