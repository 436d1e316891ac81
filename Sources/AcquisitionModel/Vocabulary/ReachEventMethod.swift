/// With what the animal reached (`protocol/autotrainer-0.12.0.json`, `ReachEventMethodLike`).
public struct ReachEventMethod: OpenTextVocabulary {
    /// The text on the wire.
    public var rawValue: String
    /// The code with this text, known or not.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// With nothing that was seen.
    public static let none = ReachEventMethod(rawValue: "none")
    /// With something else.
    public static let other = ReachEventMethod(rawValue: "other")
    /// With the right hand.
    public static let rightHand = ReachEventMethod(rawValue: "right_hand")
    /// With the left hand.
    public static let leftHand = ReachEventMethod(rawValue: "left_hand")
    /// With the tongue.
    public static let tongue = ReachEventMethod(rawValue: "tongue")

    /// See ``OpenTextVocabulary/noun``.
    public static var noun: String { "reach method" }
    /// See ``OpenTextVocabulary/published``.
    public static let published: [ReachEventMethod] = [.none, .other, .rightHand, .leftHand, .tongue]
}
