/// The payload of ``ApiEventKind/headfixBaselineChanged``.
public struct BaselineContext: WireCodable, Sendable, Hashable {
    /// The magnet's intensity at the baseline.
    public var baseline: Double

    /// A payload.
    public init(baseline: Double) {
        self.baseline = baseline
    }

    /// Reads the payload; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        baseline = try object.read("baseline")
    }

    /// Writes the payload as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("baseline", baseline)
        }
    }
}
