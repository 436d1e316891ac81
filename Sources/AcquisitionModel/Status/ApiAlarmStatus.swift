/// One alarm and its state (`protocol/autotrainer-0.12.0.json`, `ApiAlarmStatus`).
public struct ApiAlarmStatus: WireCodable, Sendable, Hashable {
    /// What the alarm is about.
    public var alarmId: ApiAlarmKind
    /// Whether it is active now.
    public var isActive: Bool
    /// Whether the alarm is watched for.
    public var isEnabled: Bool
    /// Whether the system goes on by itself once the alarm is over.
    public var isAutoResumeEnabled: Bool
    /// Whether the alarm stops everything at once.
    public var isStopCondition: Bool

    /// A status.
    public init(
        alarmId: ApiAlarmKind,
        isActive: Bool,
        isEnabled: Bool,
        isAutoResumeEnabled: Bool = false,
        isStopCondition: Bool = false
    ) {
        self.alarmId = alarmId
        self.isActive = isActive
        self.isEnabled = isEnabled
        self.isAutoResumeEnabled = isAutoResumeEnabled
        self.isStopCondition = isStopCondition
    }

    /// Reads the status; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        alarmId = try object.read("alarmId")
        isActive = try object.read("isActive")
        isEnabled = try object.read("isEnabled")
        isAutoResumeEnabled = try object.read("isAutoResumeEnabled", default: false)
        isStopCondition = try object.read("isStopCondition", default: false)
    }

    /// Writes the status as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("alarmId", alarmId)
            $0.field("isActive", isActive)
            $0.field("isEnabled", isEnabled)
            $0.field("isAutoResumeEnabled", isAutoResumeEnabled)
            $0.field("isStopCondition", isStopCondition)
        }
    }
}
