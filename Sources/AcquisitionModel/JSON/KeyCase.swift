/// The spelling of keys on the wire: camelCase going out, either spelling coming in.
///
/// The rules are those that the Python package gets from pyhumps 3.8.0 (`protocol/autotrainer.md`, section 2),
/// so that a free dictionary published from Swift carries the same keys as the same dictionary published from
/// Python. Only keys are converted; values are never touched.
public enum KeyCase {
    /// The camelCase form of a key: `dcs_send_x` becomes `dcsSendX`.
    ///
    /// White space is removed; a key without a lower-case letter (`UPPER_SNAKE`) or of digits only stays as it is;
    /// the first character is lowered unless the first two are upper-case together (`HTTPServer`); each run of
    /// `-` and `_` between two other characters is dropped and the character after it raised.
    public static func camelize(_ key: String) -> String {
        if isPlainCamelCase(key) { return key }
        let text = withoutWhiteSpace(key)
        if isUpperOrNumeric(text) { return key }
        var result = String.UnicodeScalarView()
        var index = 0
        if let first = text.first, !isUpper(text.prefix(2)) {
            result.append(contentsOf: first.properties.lowercaseMapping.unicodeScalars)
            index = 1
        }
        while index < text.count {
            let scalar = text[index]
            guard isSeparator(scalar), index > 0 else {
                result.append(scalar)
                index += 1
                continue
            }
            var end = index
            while end < text.count, isSeparator(text[end]) { end += 1 }
            // A run at either end of the key stays.
            if end < text.count, !isSeparator(text[index - 1]) {
                result.append(contentsOf: text[end].properties.uppercaseMapping.unicodeScalars)
                index = end + 1
            } else {
                result.append(contentsOf: text[index..<end])
                index = end
            }
        }
        return String(result)
    }

    /// The snake_case form of a key, as a Python program sees it: `calibration3dCompleted` becomes
    /// `calibration3d_completed`.
    ///
    /// White space is removed, the same exceptions as in ``camelize(_:)`` apply, every run of ASCII capitals and
    /// digits is first written with one capital (all but its last character; the whole run at the end of the
    /// key), and then an underscore goes before each ASCII capital, before the first one together with the `-` and
    /// `_` that lead up to it: `a-B-C` becomes `a_-b-_c`.
    public static func decamelize(_ key: String) -> String {
        let text = withoutWhiteSpace(key)
        if isUpperOrNumeric(text) { return key }
        return String(lowered(separatingWords(inTitleCase(text))))
    }

    /// The camelCase form of a key that can be told from it; the key itself where there is none: `gain_db` becomes
    /// `gainDb`, while `id_2`, `StimChannel` and `FirstPhaseDelay_mS`, which camelCase does not give back, stay.
    ///
    /// What ``reversiblyDecamelized(_:)`` makes of the result is the key that was given, unless that is in camelCase
    /// itself.
    public static func reversiblyCamelized(_ key: String) -> String {
        if isPlainCamelCase(key) { return key }
        let camelized = camelize(key)
        return decamelize(camelized).utf8.elementsEqual(key.utf8) ? camelized : key
    }

    /// The snake_case form of a key that ``camelize(_:)`` turns into that key again; the key itself where there is none:
    /// `gainDb` becomes `gain_db`, while `StimChannel` stays.
    public static func reversiblyDecamelized(_ key: String) -> String {
        let decamelized = decamelize(key)
        return camelize(decamelized).utf8.elementsEqual(key.utf8) ? decamelized : key
    }

    /// Each run of ASCII capitals and digits with one capital, as in `HttpServer` for `HTTPServer`.
    private static func inTitleCase(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var titled = text
        var index = 0
        while index < text.count {
            guard isAsciiUpperOrDigit(text[index]) else {
                index += 1
                continue
            }
            var end = index
            while end < text.count, isAsciiUpperOrDigit(text[end]) { end += 1 }
            let run = index..<(end == text.count ? end : end - 1)
            var startsWord = true
            for position in run {
                let scalar = text[position]
                if !startsWord, let lower = scalar.properties.lowercaseMapping.unicodeScalars.first {
                    titled[position] = lower
                }
                startsWord = !isAsciiUpper(scalar)
            }
            index = end
        }
        return titled
    }

    /// The text with an underscore before each word that begins with an ASCII capital.
    private static func separatingWords(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
        guard let firstCapital = text.firstIndex(where: isAsciiUpper) else { return text }
        var firstWord = firstCapital
        while firstWord > 0, isSeparator(text[firstWord - 1]) { firstWord -= 1 }
        var result: [Unicode.Scalar] = []
        for (position, scalar) in text.enumerated() {
            let startsWord = position == firstWord || position > firstCapital && isAsciiUpper(scalar)
            if startsWord, position > 0 { result.append("_") }
            result.append(scalar)
        }
        return result
    }

    /// The text in lower case, where a capital sigma at the end of a word becomes a final one, as in Python.
    private static func lowered(_ text: [Unicode.Scalar]) -> String.UnicodeScalarView {
        var result = String.UnicodeScalarView()
        for (position, scalar) in text.enumerated() {
            if scalar == "\u{3A3}" {
                let before = text[..<position].last { !$0.properties.isCaseIgnorable }
                let after = text[(position + 1)...].first { !$0.properties.isCaseIgnorable }
                let isFinal = before?.properties.isCased == true && after?.properties.isCased != true
                result.append(isFinal ? "\u{3C2}" : "\u{3C3}")
            } else {
                result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
            }
        }
        return result
    }

    /// Whether `candidate` is the snake_case spelling of the camelCase `key`, without making a new string.
    static func isSnakeCase(_ candidate: String, of key: String) -> Bool {
        var left = candidate.utf8.makeIterator()
        for byte in key.utf8 {
            if (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) {
                guard left.next() == UInt8(ascii: "_"), left.next() == byte + 32 else { return false }
            } else {
                guard left.next() == byte else { return false }
            }
        }
        return left.next() == nil
    }

    // MARK: - Classes of characters, as Python sees them

    /// The common case, without allocation: ASCII letters and digits, the first one a lower-case letter.
    private static func isPlainCamelCase(_ key: String) -> Bool {
        var isFirst = true
        for byte in key.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): break
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                if isFirst { return false }
            default: return false
            }
            isFirst = false
        }
        return true
    }

    private static func withoutWhiteSpace(_ key: String) -> [Unicode.Scalar] {
        Array(key.unicodeScalars.lazy.filter { !$0.properties.isWhitespace && !isAsciiSeparator($0) })
    }

    private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool { scalar == "_" || scalar == "-" }

    /// File, group, record and unit separator: white space to Python's `\s`, not to Unicode.
    private static func isAsciiSeparator(_ scalar: Unicode.Scalar) -> Bool {
        ("\u{1C}"..."\u{1F}").contains(scalar)
    }

    private static func isAsciiUpper(_ scalar: Unicode.Scalar) -> Bool { ("A"..."Z").contains(scalar) }

    /// An ASCII capital, or a decimal digit of any script: `[A-Z\d]`.
    private static func isAsciiUpperOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        isAsciiUpper(scalar) || scalar.properties.generalCategory == .decimalNumber
    }

    /// Whether a letter is upper-case and none is lower-case or title-case.
    private static func isUpper(_ text: some Sequence<Unicode.Scalar>) -> Bool {
        text.contains { $0.properties.isUppercase }
            && !text.contains { $0.properties.isLowercase || $0.properties.generalCategory == .titlecaseLetter }
    }

    private static func isUpperOrNumeric(_ text: [Unicode.Scalar]) -> Bool {
        isUpper(text) || !text.isEmpty && text.allSatisfy { $0.properties.numericType != nil }
    }
}

extension JSONValue {
    /// The same value with every key of every object inside in camelCase; texts are not touched.
    ///
    /// Where two keys become one, the last value counts, at the place of the first.
    public var withCamelCaseKeys: JSONValue { mappingKeys(KeyCase.camelize) }

    /// The same value with every key of every object inside in snake_case; texts are not touched.
    public var withSnakeCaseKeys: JSONValue { mappingKeys(KeyCase.decamelize) }

    /// The same value with every key in camelCase from which snake_case can be had back, and every other key as it is
    /// (``KeyCase/reversiblyCamelized(_:)``): the keys of a request. No key becomes one that is there already.
    public var withReversibleCamelCaseKeys: JSONValue { convertingKeys(KeyCase.reversiblyCamelized) }

    /// The same value with every key in snake_case that camelCase gives back, and every other key as it is
    /// (``KeyCase/reversiblyDecamelized(_:)``). No key becomes one that is there already.
    public var withReversibleSnakeCaseKeys: JSONValue { convertingKeys(KeyCase.reversiblyDecamelized) }

    private func convertingKeys(_ convert: (String) -> String) -> JSONValue {
        switch self {
        case .array(let elements): .array(elements.map { $0.convertingKeys(convert) })
        case .object(let object):
            .object(
                JSONObject(object.convertingKeys(convert).members.map { ($0.key, $0.value.convertingKeys(convert)) })
            )
        default: self
        }
    }

    private func mappingKeys(_ convert: (String) -> String) -> JSONValue {
        switch self {
        case .array(let elements):
            .array(elements.map { $0.mappingKeys(convert) })
        case .object(let object):
            .object(JSONObject(object.members.map { (convert($0.key), $0.value.mappingKeys(convert)) }))
        default: self
        }
    }
}

extension JSONObject {
    /// The object with its own keys converted, but for those that would become a key which is there already.
    func convertingKeys(_ convert: (String) -> String) -> JSONObject {
        JSONObject(
            members.map { member in
                let converted = convert(member.key)
                return (value(ofExactly: converted) == nil ? converted : member.key, member.value)
            }
        )
    }
}
