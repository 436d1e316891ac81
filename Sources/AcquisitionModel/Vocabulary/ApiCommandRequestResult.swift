/// How a command went (`protocol/autotrainer-0.12.0.json`, `ApiCommandRequestResult`).
public struct ApiCommandRequestResult: OpenVocabulary {
    /// The number on the wire.
    public var rawValue: Int
    /// The result with this number, known or not.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The command, or the request itself, was not understood.
    public static let unrecognized = ApiCommandRequestResult(rawValue: 0)
    /// Done.
    public static let success = ApiCommandRequestResult(rawValue: 100)
    /// Accepted; nothing more will be said.
    public static let pending = ApiCommandRequestResult(rawValue: 200)
    /// Accepted; the result follows on ``ApiTopic/commandResult`` under the command's nonce.
    public static let pendingWithNotification = ApiCommandRequestResult(rawValue: 201)
    /// Tried and not done.
    public static let failed = ApiCommandRequestResult(rawValue: 400)
    /// The application met an error of its own.
    public static let exception = ApiCommandRequestResult(rawValue: 500)
    /// Understood and not possible now.
    public static let unavailable = ApiCommandRequestResult(rawValue: 9999)

    /// See ``OpenVocabulary/noun``.
    public static var noun: String { "result" }

    /// The results; the same in both dialects.
    public static func published(in dialect: Dialect) -> [VocabularyEntry<ApiCommandRequestResult>] { all }

    private static let all: [VocabularyEntry<ApiCommandRequestResult>] = [
        .init(.unrecognized, "unrecognized"),
        .init(.success, "success"),
        .init(.pending, "pending"),
        .init(.pendingWithNotification, "pendingWithNotification"),
        .init(.failed, "failed"),
        .init(.exception, "exception"),
        .init(.unavailable, "unavailable"),
    ]
}
