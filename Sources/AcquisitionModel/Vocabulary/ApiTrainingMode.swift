/// Who decides what happens in the training (`protocol/autotrainer-0.12.0.json`, `ApiTrainingMode`).
public struct ApiTrainingMode: OpenVocabulary {
    /// The number on the wire.
    public var rawValue: Int
    /// The code with this number, known or not.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// No mode has been set.
    public static let undefined = ApiTrainingMode(rawValue: 0)
    /// A person decides.
    public static let manual = ApiTrainingMode(rawValue: 100)
    /// A person decides, within a protocol.
    public static let manualWithProtocol = ApiTrainingMode(rawValue: 200)
    /// The protocol decides.
    public static let automatic = ApiTrainingMode(rawValue: 300)
}

extension ApiTrainingMode {
    /// See ``OpenVocabulary/noun``.
    public static var noun: String { "training mode" }

    /// The codes, which both releases share.
    public static func published(in dialect: Dialect) -> [VocabularyEntry<ApiTrainingMode>] { all }

    private static let all: [VocabularyEntry<ApiTrainingMode>] = [
        .init(.undefined, "undefined"),
        .init(.manual, "manual"),
        .init(.manualWithProtocol, "manualWithProtocol"),
        .init(.automatic, "automatic"),
    ]
}
