/// A text on the wire out of a list that anybody may extend.
///
/// As with ``OpenVocabulary``, the types of this kind are structs with named constants, so that a text that this
/// package does not know survives a round trip.
public protocol OpenTextVocabulary: RawRepresentable, Hashable, Sendable, CustomStringConvertible, WireCodable,
    JSONConvertible
where RawValue == String {
    /// What one of these is, for error messages: "reach outcome".
    static var noun: String { get }
    /// The texts that the protocol gives, in the order of its own list.
    static var published: [Self] { get }
    /// The code with this text, known or not.
    init(rawValue: String)
}

extension OpenTextVocabulary {
    /// The text.
    public var description: String { rawValue }

    /// The code that `json`, a text, is.
    public init(json: JSONValue) throws(WireError) {
        guard let text = json.string else {
            throw .expected("the text of \(withArticle(Self.noun))", found: json)
        }
        self.init(rawValue: text)
    }

    /// Writes the text.
    public func encode(to writer: inout JSONWriter) { writer.write(rawValue) }
}
