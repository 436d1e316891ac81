/// What led to a shift of the pellet's position (`protocol/autotrainer-0.12.0.json`, `ApiPelletShiftSource`).
public struct ApiPelletShiftSource: OpenVocabulary {
    /// The number on the wire.
    public var rawValue: Int
    /// The code with this number, known or not.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Reaches that failed.
    public static let reachFailures = ApiPelletShiftSource(rawValue: 1)
    /// A pellet that was eaten with the tongue.
    public static let tongueEaten = ApiPelletShiftSource(rawValue: 2)
}

extension ApiPelletShiftSource {
    /// See ``OpenVocabulary/noun``.
    public static var noun: String { "pellet shift source" }

    /// The codes; release 0.9.7 has none of its own, so that every dialect names these.
    public static func published(in dialect: Dialect) -> [VocabularyEntry<ApiPelletShiftSource>] { all }

    private static let all: [VocabularyEntry<ApiPelletShiftSource>] = [
        .init(.reachFailures, "reachFailures"),
        .init(.tongueEaten, "tongueEaten"),
    ]
}
