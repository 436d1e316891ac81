/// The state of the device that brings pellets to the animal (`protocol/autotrainer-0.12.0.json`,
/// `ApiPelletDeviceStatus`).
public struct ApiPelletDeviceStatus: WireCodable, Sendable, Hashable {
    /// Where pellets are sent, along x in the device's coordinates.
    public var dcsSendX: Double
    /// Where pellets are sent, along y in the device's coordinates.
    public var dcsSendY: Double
    /// Where pellets are sent, along z in the device's coordinates.
    public var dcsSendZ: Double
    /// Where the device is, along x in its coordinates.
    public var dcsX: Double
    /// Where the device is, along y in its coordinates.
    public var dcsY: Double
    /// Where the device is, along z in its coordinates.
    public var dcsZ: Double
    /// The position of the arm that loads pellets.
    public var loadArm: Double
    /// The position of the barrier's arm.
    public var barrierArm: Double
    /// Whether the barrier's arm is in use.
    public var isBarrierArmActive: Bool
    /// Whether the device goes home when its drift is too large.
    public var isHomeOnExcessiveDriftEnabled: Bool
    /// Whether the tunnel is swept.
    public var isTunnelSweepEnabled: Bool

    /// A status.
    public init(
        dcsSendX: Double,
        dcsSendY: Double,
        dcsSendZ: Double,
        dcsX: Double = 0,
        dcsY: Double = 0,
        dcsZ: Double = 0,
        loadArm: Double = 0,
        barrierArm: Double = 0,
        isBarrierArmActive: Bool = false,
        isHomeOnExcessiveDriftEnabled: Bool = false,
        isTunnelSweepEnabled: Bool = false
    ) {
        self.dcsSendX = dcsSendX
        self.dcsSendY = dcsSendY
        self.dcsSendZ = dcsSendZ
        self.dcsX = dcsX
        self.dcsY = dcsY
        self.dcsZ = dcsZ
        self.loadArm = loadArm
        self.barrierArm = barrierArm
        self.isBarrierArmActive = isBarrierArmActive
        self.isHomeOnExcessiveDriftEnabled = isHomeOnExcessiveDriftEnabled
        self.isTunnelSweepEnabled = isTunnelSweepEnabled
    }

    /// Reads the status; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        dcsSendX = try object.read("dcsSendX")
        dcsSendY = try object.read("dcsSendY")
        dcsSendZ = try object.read("dcsSendZ")
        dcsX = try object.read("dcsX", default: 0)
        dcsY = try object.read("dcsY", default: 0)
        dcsZ = try object.read("dcsZ", default: 0)
        loadArm = try object.read("loadArm", default: 0)
        barrierArm = try object.read("barrierArm", default: 0)
        isBarrierArmActive = try object.read("isBarrierArmActive", default: false)
        isHomeOnExcessiveDriftEnabled = try object.read("isHomeOnExcessiveDriftEnabled", default: false)
        isTunnelSweepEnabled = try object.read("isTunnelSweepEnabled", default: false)
    }

    /// Writes the status as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("dcsSendX", dcsSendX)
            $0.field("dcsSendY", dcsSendY)
            $0.field("dcsSendZ", dcsSendZ)
            $0.field("dcsX", dcsX)
            $0.field("dcsY", dcsY)
            $0.field("dcsZ", dcsZ)
            $0.field("loadArm", loadArm)
            $0.field("barrierArm", barrierArm)
            $0.field("isBarrierArmActive", isBarrierArmActive)
            $0.field("isHomeOnExcessiveDriftEnabled", isHomeOnExcessiveDriftEnabled)
            $0.field("isTunnelSweepEnabled", isTunnelSweepEnabled)
        }
    }
}
