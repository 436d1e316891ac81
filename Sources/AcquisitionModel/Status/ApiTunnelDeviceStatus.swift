/// The state of the tunnel (`protocol/autotrainer-0.12.0.json`, `ApiTunnelDeviceStatus`).
public struct ApiTunnelDeviceStatus: WireCodable, Sendable, Hashable {
    /// The magnet's intensity.
    public var magnetIntensity: Double
    /// Whether the gate is open.
    public var isGateOpen: Bool
    /// Whether the fan is on.
    public var isFanOn: Bool

    /// A status.
    public init(magnetIntensity: Double, isGateOpen: Bool = false, isFanOn: Bool = false) {
        self.magnetIntensity = magnetIntensity
        self.isGateOpen = isGateOpen
        self.isFanOn = isFanOn
    }

    /// Reads the status; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        magnetIntensity = try object.read("magnetIntensity")
        isGateOpen = try object.read("isGateOpen", default: false)
        isFanOn = try object.read("isFanOn", default: false)
    }

    /// Writes the status as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("magnetIntensity", magnetIntensity)
            $0.field("isGateOpen", isGateOpen)
            $0.field("isFanOn", isFanOn)
        }
    }
}
