/// Whose error a reply reports (`protocol/autotrainer-0.12.0.json`, `ApiCommandRequestErrorKind`).
public struct ApiCommandRequestErrorKind: OpenVocabulary {
    /// The number on the wire.
    public var rawValue: Int
    /// The error kind with this number, known or not.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// None.
    public static let none = ApiCommandRequestErrorKind(rawValue: 0)
    /// The service's: the answer could not be written as it was.
    public static let systemError = ApiCommandRequestErrorKind(rawValue: 1)
    /// The application's: its answer carries an error code other than 0.
    public static let commandError = ApiCommandRequestErrorKind(rawValue: 2)

    /// See ``OpenVocabulary/noun``.
    public static var noun: String { "error kind" }

    /// The error kinds; the same in both dialects.
    public static func published(in dialect: Dialect) -> [VocabularyEntry<ApiCommandRequestErrorKind>] { all }

    private static let all: [VocabularyEntry<ApiCommandRequestErrorKind>] = [
        .init(.none, "none"),
        .init(.systemError, "systemError"),
        .init(.commandError, "commandError"),
    ]
}
