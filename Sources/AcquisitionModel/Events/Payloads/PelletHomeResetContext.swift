/// The payload of ``ApiEventKind/pelletHomeReset``.
public struct PelletHomeResetContext: WireCodable, Sendable, Hashable {
    /// How many cycles the device took.
    public var cycles: Int

    /// A payload.
    public init(cycles: Int) {
        self.cycles = cycles
    }

    /// Reads the payload; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        cycles = try object.read("cycles")
    }

    /// Writes the payload as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("cycles", cycles)
        }
    }
}
