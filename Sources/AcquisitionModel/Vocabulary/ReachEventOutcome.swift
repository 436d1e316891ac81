/// How a reach ended (`protocol/autotrainer-0.12.0.json`, `ReachEventOutcomeLike`).
public struct ReachEventOutcome: OpenTextVocabulary {
    /// The text on the wire.
    public var rawValue: String
    /// The code with this text, known or not.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// No outcome was seen.
    public static let none = ReachEventOutcome(rawValue: "none")
    /// The reach stopped on its way.
    public static let stalled = ReachEventOutcome(rawValue: "stalled")
    /// The pellet was missed.
    public static let missed = ReachEventOutcome(rawValue: "missed")
    /// The pellet was grabbed and dropped.
    public static let dropped = ReachEventOutcome(rawValue: "dropped")
    /// The pellet was grabbed.
    public static let grabbed = ReachEventOutcome(rawValue: "grabbed")
    /// The pellet was eaten.
    public static let eaten = ReachEventOutcome(rawValue: "eaten")

    /// See ``OpenTextVocabulary/noun``.
    public static var noun: String { "reach outcome" }
    /// See ``OpenTextVocabulary/published``.
    public static let published: [ReachEventOutcome] = [.none, .stalled, .missed, .dropped, .grabbed, .eaten]
}
