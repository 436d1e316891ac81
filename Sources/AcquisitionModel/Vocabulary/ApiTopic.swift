/// What a published message is about: the first frame on the PUB socket (`protocol/autotrainer-0.12.0.json`,
/// `ApiTopic`).
public struct ApiTopic: OpenVocabulary {
    /// The number on the wire, 32 bits without sign.
    public var rawValue: UInt32
    /// The topic with this number, known or not.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The number 0. Not a wildcard: a subscription to it receives topic 0 only.
    public static let any = ApiTopic(rawValue: 0)
    /// Signs of life, see ``HeartbeatMessage``.
    public static let heartbeat = ApiTopic(rawValue: 1001)
    /// Emergency stop and resume, each also published on ``event``.
    public static let emergency = ApiTopic(rawValue: 2001)
    /// What happens, see ``ApiEvent``.
    public static let event = ApiTopic(rawValue: 4001)
    /// Changes of properties.
    public static let propertyChange = ApiTopic(rawValue: 5001)
    /// The results of commands that took longer, see ``ApiCommandRequestResponse``.
    public static let commandResult = ApiTopic(rawValue: 6001)

    /// See ``OpenVocabulary/noun``.
    public static var noun: String { "topic" }

    /// The topics; the same in both dialects (`protocol/autotrainer.md`, section 1: since 0.9.5).
    public static func published(in dialect: Dialect) -> [VocabularyEntry<ApiTopic>] { all }

    private static let all: [VocabularyEntry<ApiTopic>] = [
        .init(.any, "any"),
        .init(.heartbeat, "heartbeat"),
        .init(.emergency, "emergency"),
        .init(.event, "event"),
        .init(.propertyChange, "propertyChange"),
        .init(.commandResult, "commandResult"),
    ]

    /// The topic as the first frame of a message: 4 bytes, little-endian.
    public var frame: [UInt8] {
        withUnsafeBytes(of: rawValue.littleEndian) { Array($0) }
    }

    /// The topic that a first frame holds; nil where it is not 4 bytes long.
    public init?(frame: some Collection<UInt8>) {
        guard frame.count == 4 else { return nil }
        self.init(rawValue: frame.reversed().reduce(0) { $0 << 8 | UInt32($1) })
    }
}
