/// The payload of ``ApiEventKind/emergencyStop``.
public struct EmergencyStopContext: WireCodable, Sendable, Hashable {
    /// Why, in words.
    public var reason: String
    /// Why, as a code.
    public var reasonCode: ApiEmergencyStopReason
    /// The alarms that are active.
    public var activeAlarms: [ApiAlarmKind]

    /// A payload.
    public init(reason: String, reasonCode: ApiEmergencyStopReason, activeAlarms: [ApiAlarmKind]) {
        self.reason = reason
        self.reasonCode = reasonCode
        self.activeAlarms = activeAlarms
    }

    /// Reads the payload; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        reason = try object.read("reason")
        reasonCode = try object.read("reasonCode")
        activeAlarms = try object.read("activeAlarms")
    }

    /// Writes the payload as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("reason", reason)
            $0.field("reasonCode", reasonCode)
            $0.field("activeAlarms", activeAlarms)
        }
    }
}
