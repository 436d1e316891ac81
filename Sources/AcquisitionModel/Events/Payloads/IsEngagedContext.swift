/// The payload of ``ApiEventKind/loadCellEngagedChanged`` and ``ApiEventKind/headbarPressureEngagedChanged``.
public struct IsEngagedContext: WireCodable, Sendable, Hashable {
    /// Whether it is engaged now.
    public var isEngaged: Bool

    /// A payload.
    public init(isEngaged: Bool) {
        self.isEngaged = isEngaged
    }

    /// Reads the payload; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        isEngaged = try object.read("isEngaged")
    }

    /// Writes the payload as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("isEngaged", isEngaged)
        }
    }
}
