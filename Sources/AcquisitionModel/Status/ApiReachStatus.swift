/// Counts of pellets and reaches (`protocol/autotrainer-0.12.0.json`, `ApiReachStatus`).
public struct ApiReachStatus: WireCodable, Sendable, Hashable {
    /// How many pellets were presented.
    public var pelletsPresented: Int
    /// How many pellets were eaten.
    public var pelletsConsumed: Int
    /// How many reaches there were.
    public var reaches: Int
    /// How many reaches succeeded.
    public var successfulReaches: Int

    /// A status.
    public init(pelletsPresented: Int = 0, pelletsConsumed: Int = 0, reaches: Int = 0, successfulReaches: Int = 0) {
        self.pelletsPresented = pelletsPresented
        self.pelletsConsumed = pelletsConsumed
        self.reaches = reaches
        self.successfulReaches = successfulReaches
    }

    /// Reads the status; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        pelletsPresented = try object.read("pelletsPresented", default: 0)
        pelletsConsumed = try object.read("pelletsConsumed", default: 0)
        reaches = try object.read("reaches", default: 0)
        successfulReaches = try object.read("successfulReaches", default: 0)
    }

    /// Writes the status as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("pelletsPresented", pelletsPresented)
            $0.field("pelletsConsumed", pelletsConsumed)
            $0.field("reaches", reaches)
            $0.field("successfulReaches", successfulReaches)
        }
    }
}
