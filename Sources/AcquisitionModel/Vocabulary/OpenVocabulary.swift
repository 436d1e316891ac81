/// A number on the wire that has a name for people, in a list that anybody may extend.
///
/// The types of this kind (``ApiTopic``, ``ApiCommand``, ``ApiEventKind``…) are structs with named constants, so
/// that an unknown number survives a round trip and a lab adds its own, in the numbers that are set aside for labs
/// (``labNumbers``):
///
/// ```swift
/// extension ApiEventKind {
///     static let valveOpened = ApiEventKind.define(90_001, "valveOpened")
/// }
/// ```
public protocol OpenVocabulary: RawRepresentable, Hashable, Sendable, CustomStringConvertible, WireCodable,
    JSONConvertible
where RawValue: FixedWidthInteger & Sendable {
    /// What one of these is, for error messages: "event kind".
    static var noun: String { get }
    /// The names that the protocol gives, in the order of its own list.
    static func published(in dialect: Dialect) -> [VocabularyEntry<Self>]
    /// The code with this number, known or not.
    init(rawValue: RawValue)
}

/// One code with its name.
public struct VocabularyEntry<Code: OpenVocabulary>: Sendable, Hashable {
    /// The code.
    public let code: Code
    /// Its name as Swift spells it: `trialStarted`, `getStatus`.
    public let name: String

    /// An entry.
    public init(_ code: Code, _ name: String) {
        self.code = code
        self.name = name
    }
}

extension OpenVocabulary {
    /// All codes that have a name: the protocol's, then those that this program defined.
    public static func entries(in dialect: Dialect = .current) -> [VocabularyEntry<Self>] {
        published(in: dialect)
            + DefinedNames.all(of: Self.self).compactMap { defined in
                RawValue(exactly: defined.number).map { VocabularyEntry(Self(rawValue: $0), defined.name) }
            }
    }

    /// Whether this code has a name in `dialect`, or this program gave it one.
    public func isKnown(in dialect: Dialect) -> Bool { isPublished(in: dialect) || isDefined }

    /// Whether this code has a name in `dialect`.
    package func isPublished(in dialect: Dialect) -> Bool {
        Self.published(in: dialect).contains { $0.code == self }
    }

    /// Whether this program gave this code a name.
    package var isDefined: Bool {
        DefinedNames.all(of: Self.self).contains { $0.number == Int64(clamping: rawValue) }
    }

    /// The name of this code in `dialect`, nil where it has none.
    public func name(in dialect: Dialect = .current) -> String? {
        Self.entries(in: dialect).first { $0.code == self }?.name
    }

    /// The name where there is one, the number otherwise.
    public func display(in dialect: Dialect) -> String {
        name(in: dialect) ?? String(rawValue)
    }

    /// The name in release 0.12.0, else in 0.9.7, else the number.
    public var description: String {
        name(in: .current) ?? name(in: .legacy) ?? String(rawValue)
    }

    /// The code that `text` means: its number, its name in either spelling (`getStatus`, `GET_STATUS`), or the
    /// beginning of one name and no other. Upper and lower case count the same.
    ///
    /// - Throws: ``VocabularyError`` with the candidates where `text` means none or several.
    public static func find(_ text: String, in dialect: Dialect = .current) throws(VocabularyError) -> Self {
        if let number = RawValue(text) { return Self(rawValue: number) }
        let wanted = DefinedName.key(of: text)
        let all = entries(in: dialect)
        if let exact = all.first(where: { DefinedName.key(of: $0.name) == wanted }) { return exact.code }
        let matches = wanted.isEmpty ? [] : all.filter { DefinedName.key(of: $0.name).hasPrefix(wanted) }
        guard let match = matches.first, matches.count == 1 else {
            throw VocabularyError(noun: noun, text: text, candidates: matches.map(\.name), known: all.map(\.name))
        }
        return match.code
    }

    /// The code that `json`, an integer, is.
    public init(json: JSONValue) throws(WireError) {
        guard let number = json.int, let rawValue = RawValue(exactly: number) else {
            throw .expected("the number of \(withArticle(Self.noun))", found: json)
        }
        self.init(rawValue: rawValue)
    }

    /// Writes the number.
    public func encode(to writer: inout JSONWriter) { writer.write(rawValue) }

    /// The number.
    public var jsonValue: JSONValue { JSONValue(Int64(clamping: rawValue)) }
}

/// "an event kind", "a command".
func withArticle(_ noun: String) -> String {
    let startsWithVowel = noun.first.map { "aeiou".contains($0) } == true
    return (startsWithVowel ? "an " : "a ") + noun
}

/// A name that means no code, or more than one.
public struct VocabularyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was looked for: "event kind".
    public let noun: String
    /// What was given.
    public let text: String
    /// The names that begin with the text; empty where none does.
    public let candidates: [String]
    /// All names that could have been given.
    public let known: [String]

    /// One sentence with the candidates, or with the names that are nearest.
    public var description: String {
        if !candidates.isEmpty {
            return "'\(text)' could be several names of \(withArticle(noun)): \(candidates.joined(separator: ", "))"
        }
        var near = NearNames.of(text, among: known)
        near += known.filter { $0.lowercased().contains(text.lowercased()) && !text.isEmpty && !near.contains($0) }
        let shown = near.isEmpty ? known : near
        let rest = shown.count > 12 ? " and \(shown.count - 12) more" : ""
        return "'\(text)' is no \(noun). \(near.isEmpty ? "Known are" : "Did you mean"): "
            + shown.prefix(12).joined(separator: ", ") + rest
    }
}
