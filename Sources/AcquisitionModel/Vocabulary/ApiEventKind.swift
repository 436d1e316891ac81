/// What happened (`protocol/autotrainer-0.12.0.json`, `ApiEventKind`).
public struct ApiEventKind: OpenVocabulary {
    /// The number on the wire.
    public var rawValue: Int
    /// The kind with this number, known or not.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Everything was stopped at once.
    public static let emergencyStop = ApiEventKind(rawValue: 101)
    /// An emergency stop ended.
    public static let emergencyResume = ApiEventKind(rawValue: 102)
    /// See ``OpenVocabulary/noun``.
    public static var noun: String { "event kind" }
    /// The kinds that the release knows.
    public static func published(in dialect: Dialect) -> [VocabularyEntry<ApiEventKind>] { [] }
}
