/// One reach of the animal, inside other payloads.
///
/// The protocol names no unit for `start`, `end` and `max`.
public struct ReachEvent: WireCodable, Sendable, Hashable {
    /// Where the reach begins in the recording (`init` on the wire).
    public var start: Int
    /// Where the reach ends in the recording; nil where it does not.
    public var end: Int?
    /// Where the reach is at its farthest in the recording; nil where that was not found.
    public var max: Int?
    /// With what the animal reached.
    public var method: ReachEventMethod
    /// How the reach ended.
    public var outcome: ReachEventOutcome
    /// The delay since the pellet was presented.
    public var delaySincePresented: Double

    /// A reach.
    public init(
        start: Int,
        end: Int?,
        max: Int?,
        method: ReachEventMethod,
        outcome: ReachEventOutcome,
        delaySincePresented: Double
    ) {
        self.start = start
        self.end = end
        self.max = max
        self.method = method
        self.outcome = outcome
        self.delaySincePresented = delaySincePresented
    }

    /// Reads the reach; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        start = try object.read("init")
        end = try object.read("end")
        max = try object.read("max")
        method = try object.read("method")
        outcome = try object.read("outcome")
        delaySincePresented = try object.read("delaySincePresented")
    }

    /// Writes the reach as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("init", start)
            $0.field("end", end)
            $0.field("max", max)
            $0.field("method", method)
            $0.field("outcome", outcome)
            $0.field("delaySincePresented", delaySincePresented)
        }
    }
}
