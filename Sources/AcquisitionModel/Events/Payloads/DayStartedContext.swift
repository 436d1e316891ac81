/// The payload of ``ApiEventKind/dayStarted``.
public struct DayStartedContext: WireCodable, Sendable, Hashable {
    /// The day, in seconds since 1970.
    public var date: Double
    /// Where the day's recordings go; nil leaves the key out.
    public var dayPath: String?

    /// A payload.
    public init(date: Double, dayPath: String? = nil) {
        self.date = date
        self.dayPath = dayPath
    }

    /// Reads the payload; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        date = try object.read("date")
        dayPath = try object.read("dayPath", default: nil)
    }

    /// Writes the payload as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("date", date)
            if let dayPath { $0.field("dayPath", dayPath) }
        }
    }
}
