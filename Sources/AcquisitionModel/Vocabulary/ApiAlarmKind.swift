/// What an alarm is about (`protocol/autotrainer-0.12.0.json`, `ApiAlarmKind`).
public struct ApiAlarmKind: OpenVocabulary {
    /// The number on the wire.
    public var rawValue: Int
    /// The code with this number, known or not.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// An outer door.
    public static let externalDoors = ApiAlarmKind(rawValue: 101)
    /// The animal is not where it should be.
    public static let animalMissing = ApiAlarmKind(rawValue: 201)
    /// The animal does not move.
    public static let animalImmobile = ApiAlarmKind(rawValue: 210)
    /// The animal thrashes.
    public static let thrashing = ApiAlarmKind(rawValue: 301)
    /// A device does not answer.
    public static let deviceCommunication = ApiAlarmKind(rawValue: 401)
    /// A fault of the system.
    public static let systemFault = ApiAlarmKind(rawValue: 501)
    /// The system wants maintenance.
    public static let systemMaintenance = ApiAlarmKind(rawValue: 601)
    /// The animal evades the task.
    public static let animalEvasion = ApiAlarmKind(rawValue: 701)
    /// The animal's welfare.
    public static let animalWelfare = ApiAlarmKind(rawValue: 801)
}

extension ApiAlarmKind {
    /// See ``OpenVocabulary/noun``.
    public static var noun: String { "alarm kind" }

    /// The codes; release 0.9.7 has none of its own, so that every dialect names these.
    public static func published(in dialect: Dialect) -> [VocabularyEntry<ApiAlarmKind>] { all }

    private static let all: [VocabularyEntry<ApiAlarmKind>] = [
        .init(.externalDoors, "externalDoors"),
        .init(.animalMissing, "animalMissing"),
        .init(.animalImmobile, "animalImmobile"),
        .init(.thrashing, "thrashing"),
        .init(.deviceCommunication, "deviceCommunication"),
        .init(.systemFault, "systemFault"),
        .init(.systemMaintenance, "systemMaintenance"),
        .init(.animalEvasion, "animalEvasion"),
        .init(.animalWelfare, "animalWelfare"),
    ]
}
