/// The payload of ``ApiEventKind/emergencyResume``.
public struct EmergencyResumeContext: WireCodable, Sendable, Hashable {
    /// Why, in words.
    public var reason: String
    /// Why, as a code.
    public var reasonCode: ApiEmergencyResumeReason
    /// The alarms that no longer hold the system.
    public var resumedAlarms: [ApiAlarmKind]

    /// A payload.
    public init(reason: String, reasonCode: ApiEmergencyResumeReason, resumedAlarms: [ApiAlarmKind]) {
        self.reason = reason
        self.reasonCode = reasonCode
        self.resumedAlarms = resumedAlarms
    }

    /// Reads the payload; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        reason = try object.read("reason")
        reasonCode = try object.read("reasonCode")
        resumedAlarms = try object.read("resumedAlarms")
    }

    /// Writes the payload as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("reason", reason)
            $0.field("reasonCode", reasonCode)
            $0.field("resumedAlarms", resumedAlarms)
        }
    }
}
