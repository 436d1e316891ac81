/// The payload of everything that the devices do: the pellet device's and the tunnel's steps, and the commands sent to
/// them.
public struct CommandContext: WireCodable, Sendable, Hashable {
    /// What the command belongs to, in the application's words.
    public var context: String

    /// A payload.
    public init(context: String) {
        self.context = context
    }

    /// Reads the payload; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        context = try object.read("context")
    }

    /// Writes the payload as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("context", context)
        }
    }
}
