/// What the application as a whole is doing (`protocol/autotrainer-0.12.0.json`, `ApiApplicationMode`).
public struct ApiApplicationMode: OpenVocabulary {
    /// The number on the wire.
    public var rawValue: Int
    /// The code with this number, known or not.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Nothing runs.
    public static let idle = ApiApplicationMode(rawValue: 0)
    /// The acquisition runs.
    public static let running = ApiApplicationMode(rawValue: 100)
    /// The animal is in the device.
    public static let inDevice = ApiApplicationMode(rawValue: 200)
    /// The animal is being trained.
    public static let inTraining = ApiApplicationMode(rawValue: 300)
    /// The device's coordinates are being calibrated.
    public static let calibrationDcs = ApiApplicationMode(rawValue: 1000)
    /// The three-dimensional calibration runs.
    public static let calibration3d = ApiApplicationMode(rawValue: 1100)
}

extension ApiApplicationMode {
    /// See ``OpenVocabulary/noun``.
    public static var noun: String { "application mode" }

    /// The codes; release 0.9.7 has none of its own, so that every dialect names these.
    public static func published(in dialect: Dialect) -> [VocabularyEntry<ApiApplicationMode>] { all }

    private static let all: [VocabularyEntry<ApiApplicationMode>] = [
        .init(.idle, "idle"),
        .init(.running, "running"),
        .init(.inDevice, "inDevice"),
        .init(.inTraining, "inTraining"),
        .init(.calibrationDcs, "calibrationDcs"),
        .init(.calibration3d, "calibration3d"),
    ]
}
