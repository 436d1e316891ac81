#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

extension UUID: WireCodable, JSONConvertible {
    /// The identifier that `json`, a text, names: with dashes or without, in capitals or not.
    ///
    /// Release 0.9.7 and older drop the dashes of everything that they publish (`protocol/autotrainer.md`, Q2: in
    /// events up to 0.9.7 `-` and `_` inside values vanish).
    public init(json: JSONValue) throws(WireError) {
        guard let text = json.string else { throw .expected("a UUID", found: json) }
        guard let value = UUID(uuidString: text) ?? UUID(hexDigits: text) else {
            throw WireError(.type, "Expected a UUID, found the text '\(text)'")
        }
        self = value
    }

    /// Writes the identifier in lower case with dashes, as Python does.
    public func encode(to writer: inout JSONWriter) { writer.write(uuidString.lowercased()) }

    /// The identifier as it is written.
    public var jsonValue: JSONValue { .string(uuidString.lowercased()) }

    private init?(hexDigits text: String) {
        guard text.utf8.count == 32, text.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else {
            return nil
        }
        var dashed = text
        for offset in [20, 16, 12, 8] {
            dashed.insert("-", at: dashed.utf8.index(dashed.startIndex, offsetBy: offset))
        }
        self.init(uuidString: dashed)
    }
}
