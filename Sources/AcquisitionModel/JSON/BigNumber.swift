/// A JSON number that neither an `Int64` nor a finite `Double` can hold, kept in the digits that arrived.
///
/// A client may choose a nonce of any size and expects it back as it was (`protocol/autotrainer.md`, Q22: a nonce
/// may have any size or type and is echoed verbatim).
public struct BigNumber: Sendable, Hashable {
    /// The digits, in JSON's grammar for numbers.
    public let text: String

    /// The number that `text` writes; nil where `text` is not a number in JSON's grammar.
    public init?(_ text: String) {
        // The reader would also take white space around the number.
        guard !text.utf8.contains(where: { $0 <= 0x20 }), let value = try? JSONReader.read(text) else { return nil }
        switch value {
        case .integer, .number, .bigNumber: self.init(verified: text)
        default: return nil
        }
    }

    /// For the reader, which has checked the grammar.
    init(verified text: String) {
        self.text = text
    }
}
