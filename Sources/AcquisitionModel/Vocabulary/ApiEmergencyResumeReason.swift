/// Why an emergency stop ended (`protocol/autotrainer-0.12.0.json`, `ApiEmergencyResumeReason`).
public struct ApiEmergencyResumeReason: OpenVocabulary {
    /// The number on the wire.
    public var rawValue: Int
    /// The code with this number, known or not.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Not known.
    public static let unknown = ApiEmergencyResumeReason(rawValue: 0)
    /// The alarms that caused the stop resumed by themselves.
    public static let alarmMonitorResume = ApiEmergencyResumeReason(rawValue: 101)
    /// An alarm that caused the stop changed its state.
    public static let alarmMonitorStatusChange = ApiEmergencyResumeReason(rawValue: 201)
    /// A person pressed the button.
    public static let userButton = ApiEmergencyResumeReason(rawValue: 301)
    /// A client sent the command ``ApiCommand/emergencyResume``.
    public static let rpcService = ApiEmergencyResumeReason(rawValue: 401)
}

extension ApiEmergencyResumeReason {
    /// See ``OpenVocabulary/noun``.
    public static var noun: String { "emergency resume reason" }

    /// The codes; release 0.9.7 has none of its own, so that every dialect names these.
    public static func published(in dialect: Dialect) -> [VocabularyEntry<ApiEmergencyResumeReason>] { all }

    private static let all: [VocabularyEntry<ApiEmergencyResumeReason>] = [
        .init(.unknown, "unknown"),
        .init(.alarmMonitorResume, "alarmMonitorResume"),
        .init(.alarmMonitorStatusChange, "alarmMonitorStatusChange"),
        .init(.userButton, "userButton"),
        .init(.rpcService, "rpcService"),
    ]
}
