/// Why everything was stopped at once (`protocol/autotrainer-0.12.0.json`, `ApiEmergencyStopReason`).
public struct ApiEmergencyStopReason: OpenVocabulary {
    /// The number on the wire.
    public var rawValue: Int
    /// The code with this number, known or not.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Not known.
    public static let unknown = ApiEmergencyStopReason(rawValue: 0)
    /// An alarm asked for it.
    public static let alarmMonitor = ApiEmergencyStopReason(rawValue: 101)
    /// The check of the diamond's coordinates failed.
    public static let diamondCoordCheck = ApiEmergencyStopReason(rawValue: 201)
    /// A person pressed the button.
    public static let userButton = ApiEmergencyStopReason(rawValue: 301)
    /// A client sent the command ``ApiCommand/emergencyStop``.
    public static let rpcService = ApiEmergencyStopReason(rawValue: 401)
}

extension ApiEmergencyStopReason {
    /// See ``OpenVocabulary/noun``.
    public static var noun: String { "emergency stop reason" }

    /// The codes; release 0.9.7 has none of its own, so that every dialect names these.
    public static func published(in dialect: Dialect) -> [VocabularyEntry<ApiEmergencyStopReason>] { all }

    private static let all: [VocabularyEntry<ApiEmergencyStopReason>] = [
        .init(.unknown, "unknown"),
        .init(.alarmMonitor, "alarmMonitor"),
        .init(.diamondCoordCheck, "diamondCoordCheck"),
        .init(.userButton, "userButton"),
        .init(.rpcService, "rpcService"),
    ]
}
