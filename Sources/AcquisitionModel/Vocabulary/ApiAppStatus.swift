/// What the application of release 0.9.7 is doing; 0.12.0 has ``ApiApplicationMode`` instead
/// (`protocol/autotrainer-0.9.7.json`, `ApiAppStatus`).
public struct ApiAppStatus: OpenVocabulary {
    /// The number on the wire.
    public var rawValue: Int
    /// The code with this number, known or not.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Nothing runs.
    public static let idle = ApiAppStatus(rawValue: 0)
    /// The acquisition runs.
    public static let acquiring = ApiAppStatus(rawValue: 100)
    /// The device's coordinates are being calibrated.
    public static let calibrationDcs = ApiAppStatus(rawValue: 200)
    /// The three-dimensional calibration runs.
    public static let calibration3d = ApiAppStatus(rawValue: 300)
}

extension ApiAppStatus {
    /// See ``OpenVocabulary/noun``.
    public static var noun: String { "application status" }

    /// The codes; release 0.12.0 has none of its own, so that every dialect names these.
    public static func published(in dialect: Dialect) -> [VocabularyEntry<ApiAppStatus>] { all }

    private static let all: [VocabularyEntry<ApiAppStatus>] = [
        .init(.idle, "idle"),
        .init(.acquiring, "acquiring"),
        .init(.calibrationDcs, "calibrationDcs"),
        .init(.calibration3d, "calibration3d"),
    ]
}
