/// Keys as other systems have them, and as nobody has them.
public enum RandomKeys {
    private static let words = [
        "a", "id", "stim", "Stim", "channel", "Channel", "mS", "HTTP", "n", "2", "x1", "3d", "É", "ß", "µ", "Ω", "t",
        "s",
    ]
    private static let separators = ["", "_", "_", "__", "-", " ", ".", "\u{A0}", "\t", "\u{301}"]

    /// A key.
    public static func key(_ random: inout SeededGenerator) -> String {
        var key = Bool.random(using: &random) ? "" : separators.randomElement(using: &random) ?? ""
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            key += words.randomElement(using: &random) ?? ""
            key += separators.randomElement(using: &random) ?? ""
        }
        return key
    }

    /// Different keys, byte for byte.
    public static func keys(_ count: Int, _ random: inout SeededGenerator) -> [String] {
        var keys: [String] = []
        while keys.count < count {
            let key = key(&random)
            if !keys.contains(where: { $0.utf8.elementsEqual(key.utf8) }) { keys.append(key) }
        }
        return keys
    }
}
