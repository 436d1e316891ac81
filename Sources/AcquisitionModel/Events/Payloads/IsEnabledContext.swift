/// The payload of ``ApiEventKind/headfixLoadCellEnabledChanged``,
/// ``ApiEventKind/headfixLoadCellChangedInIntersession``, ``ApiEventKind/headfixLoadCellChangedWrongState``,
/// ``ApiEventKind/headFixationForceDetectorChanged`` and ``ApiEventKind/autoClampEnabledChanged``.
public struct IsEnabledContext: WireCodable, Sendable, Hashable {
    /// Whether it is switched on now.
    public var isEnabled: Bool

    /// A payload.
    public init(isEnabled: Bool) {
        self.isEnabled = isEnabled
    }

    /// Reads the payload; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        isEnabled = try object.read("isEnabled")
    }

    /// Writes the payload as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("isEnabled", isEnabled)
        }
    }
}
