/// What happened (`protocol/autotrainer-0.12.0.json`, `ApiEventKind`).
///
/// These are the kinds of release 0.12.0; those of 0.9.7 that it lacks, or has under other numbers, are in
/// ``Legacy``. ``ApiEventType`` pairs each kind with its payload. Names equal the protocol's.
public struct ApiEventKind: OpenVocabulary {
    /// The number on the wire.
    public var rawValue: Int
    /// The kind with this number, known or not.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// See ``OpenVocabulary/noun``.
    public static var noun: String { "event kind" }

    /// The kinds that the release knows, in the order of its own list.
    public static func published(in dialect: Dialect) -> [VocabularyEntry<ApiEventKind>] {
        switch dialect {
        case .current: current
        case .legacy: legacy
        }
    }

    /// The kinds of release 0.9.7 that 0.12.0 lacks or has under another number.
    ///
    /// Many of the numbers mean something else in 0.12.0; the ``Dialect`` of the peer decides.
    public enum Legacy {}
}
