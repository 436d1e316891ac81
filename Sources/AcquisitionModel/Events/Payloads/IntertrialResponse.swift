/// What the analysis after a trial found, inside ``IntertrialResponseContext``.
public struct IntertrialResponse: WireCodable, Sendable, Hashable {
    /// One list of numbers for each reach of the right hand; nil where there is none.
    public var rhMaxVpList: [[Double]?]
    /// The reaches.
    public var reachEvents: [ReachEvent]
    /// The movements that are neither a reach nor of a hand.
    public var otherEvents: [ReachEvent]
    /// The movements of a hand.
    public var handEvents: [ReachEvent]
    /// How many pellets were eaten.
    public var foodConsumed: Int
    /// How many reaches succeeded.
    public var successfulReaches: Int
    /// How many reaches there were.
    public var totalReaches: Int

    /// A response.
    public init(
        rhMaxVpList: [[Double]?],
        reachEvents: [ReachEvent],
        otherEvents: [ReachEvent],
        handEvents: [ReachEvent],
        foodConsumed: Int,
        successfulReaches: Int,
        totalReaches: Int
    ) {
        self.rhMaxVpList = rhMaxVpList
        self.reachEvents = reachEvents
        self.otherEvents = otherEvents
        self.handEvents = handEvents
        self.foodConsumed = foodConsumed
        self.successfulReaches = successfulReaches
        self.totalReaches = totalReaches
    }

    /// Reads the response; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        rhMaxVpList = try object.read("rhMaxVpList")
        reachEvents = try object.read("reachEvents")
        otherEvents = try object.read("otherEvents")
        handEvents = try object.read("handEvents")
        foodConsumed = try object.read("foodConsumed")
        successfulReaches = try object.read("successfulReaches")
        totalReaches = try object.read("totalReaches")
    }

    /// Writes the response as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("rhMaxVpList", rhMaxVpList)
            $0.field("reachEvents", reachEvents)
            $0.field("otherEvents", otherEvents)
            $0.field("handEvents", handEvents)
            $0.field("foodConsumed", foodConsumed)
            $0.field("successfulReaches", successfulReaches)
            $0.field("totalReaches", totalReaches)
        }
    }
}
