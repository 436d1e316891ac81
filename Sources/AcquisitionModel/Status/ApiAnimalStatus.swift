/// One animal: the answer to GET_ANIMALS is a list of them (`protocol/autotrainer-0.12.0.json`, `ApiAnimalStatus`).
public struct ApiAnimalStatus: WireCodable, Sendable, Hashable {
    /// The animal's identifier.
    public var identifier: String
    /// The animal's name.
    public var name: String
    /// Where pellets are sent, along x in the device's coordinates.
    public var dcsSendX: Double
    /// Where pellets are sent, along y in the device's coordinates.
    public var dcsSendY: Double
    /// Where pellets are sent, along z in the device's coordinates.
    public var dcsSendZ: Double
    /// How far the target may go along y; nil where there is no limit.
    public var targetYLimit: Double?
    /// The animal's counts since the beginning.
    public var reachStatusTotal: ApiReachStatus
    /// The animal's counts of the day.
    public var reachStatusDay: ApiReachStatus

    /// A status.
    public init(
        identifier: String,
        name: String,
        dcsSendX: Double,
        dcsSendY: Double,
        dcsSendZ: Double,
        targetYLimit: Double?,
        reachStatusTotal: ApiReachStatus,
        reachStatusDay: ApiReachStatus
    ) {
        self.identifier = identifier
        self.name = name
        self.dcsSendX = dcsSendX
        self.dcsSendY = dcsSendY
        self.dcsSendZ = dcsSendZ
        self.targetYLimit = targetYLimit
        self.reachStatusTotal = reachStatusTotal
        self.reachStatusDay = reachStatusDay
    }

    /// Reads the status; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        identifier = try object.read("identifier")
        name = try object.read("name")
        dcsSendX = try object.read("dcsSendX")
        dcsSendY = try object.read("dcsSendY")
        dcsSendZ = try object.read("dcsSendZ")
        targetYLimit = try object.read("targetYLimit")
        reachStatusTotal = try object.read("reachStatusTotal")
        reachStatusDay = try object.read("reachStatusDay")
    }

    /// Writes the status as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("identifier", identifier)
            $0.field("name", name)
            $0.field("dcsSendX", dcsSendX)
            $0.field("dcsSendY", dcsSendY)
            $0.field("dcsSendZ", dcsSendZ)
            $0.field("targetYLimit", targetYLimit)
            $0.field("reachStatusTotal", reachStatusTotal)
            $0.field("reachStatusDay", reachStatusDay)
        }
    }
}
