/// The names by which things are found: words between dots, of which one may be a colon (`rig.valve:open`).
///
/// In Python a colon separates a module from what is in it (`protocol/liaison.md`, L16). Nothing is imported here, so that
/// it is a dot like any other.
enum LiaisonName {
    /// The words of a target.
    ///
    /// - Throws: ``LiaisonError`` of the type `AssertionError` in Liaison's words where it is none.
    static func words(of target: String) throws(LiaisonError) -> [String] {
        let words = target.split(omittingEmptySubsequences: false) { $0 == "." || $0 == ":" }.map(String.init)
        guard words.allSatisfy(isWord), target.count(where: { $0 == ":" }) <= 1 else {
            throw LiaisonError("AssertionError", "Target '\(target)' does not look like a Python import.")
        }
        return words
    }

    /// The target that an argument refers to (L18): the whole text is `$` with words and dots behind it.
    static func reference(in text: String) -> String? {
        guard text.hasPrefix("$") else { return nil }
        let target = text.dropFirst()
        let words = target.split(separator: ".", omittingEmptySubsequences: false)
        return words.allSatisfy { isWord(String($0)) } ? String(target) : nil
    }

    /// Letters, digits and `_`, at least one.
    static func isWord(_ text: String) -> Bool {
        !text.isEmpty
            && text.unicodeScalars.allSatisfy { scalar in
                if scalar.isASCII { return scalar == "_" || scalar.properties.isAlphabetic || "0"..."9" ~= scalar }
                return scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            }
    }

    /// A name with dots only.
    static func joined(_ name: String) -> String { String(name.map { $0 == ":" ? "." : $0 }) }

    /// The last word.
    static func last(_ name: String) -> String { name.split(separator: ".").last.map(String.init) ?? name }
}
