/// The payload of ``ApiEventKind/pelletPresentedCountChanged``, ``ApiEventKind/pelletConsumedCountChanged``,
/// ``ApiEventKind/reachCountChanged``, ``ApiEventKind/successfulReachesCountChanged``,
/// ``ApiEventKind/dayPelletPresentedCountChanged``, ``ApiEventKind/dayPelletConsumedCountChanged``,
/// ``ApiEventKind/dayReachCountChanged`` and ``ApiEventKind/daySuccessfulReachesCountChanged``.
public struct CountChangeContext: WireCodable, Sendable, Hashable {
    /// By how much the count changed.
    public var change: Int
    /// The count after the change.
    public var count: Int

    /// A payload.
    public init(change: Int, count: Int) {
        self.change = change
        self.count = count
    }

    /// Reads the payload; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        change = try object.read("change")
        count = try object.read("count")
    }

    /// Writes the payload as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("change", change)
            $0.field("count", count)
        }
    }
}
