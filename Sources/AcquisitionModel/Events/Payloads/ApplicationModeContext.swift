/// The payload of ``ApiEventKind/applicationModeChanged``.
public struct ApplicationModeContext: WireCodable, Sendable, Hashable {
    /// The mode that is in force now.
    public var mode: ApiApplicationMode

    /// A payload.
    public init(mode: ApiApplicationMode) {
        self.mode = mode
    }

    /// Reads the payload; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        mode = try object.read("mode")
    }

    /// Writes the payload as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("mode", mode)
        }
    }
}
