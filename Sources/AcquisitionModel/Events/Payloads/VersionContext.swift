/// The payload of ``ApiEventKind/applicationLaunched``.
public struct VersionContext: WireCodable, Sendable, Hashable {
    /// The application's version.
    public var version: String

    /// A payload.
    public init(version: String) {
        self.version = version
    }

    /// Reads the payload; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        version = try object.read("version")
    }

    /// Writes the payload as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("version", version)
        }
    }
}
