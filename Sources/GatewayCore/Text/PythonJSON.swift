public import AcquisitionModel

extension JSONValue {
    /// The value as Python's `json.dumps` writes it: `", "` and `": "` between, everything that is not ASCII as `\uXXXX`.
    ///
    /// The systems behind the gateways are written in Python. Some compare bytes, and some end at the first byte that is
    /// not ASCII (`protocol/iblutil.md`, I4; `protocol/dareplane.md`, D30). As there, NaN and the infinities are the words
    /// `NaN`, `Infinity` and `-Infinity`, which Python reads and which are no JSON (`protocol/liaison.md`, L15).
    public var pythonText: String {
        var text = ""
        PythonJSON.append(self, to: &text)
        return text
    }

    /// The same as valid JSON: NaN and the infinities are `null`. For readers that take nothing else: `JSON.parse` of a
    /// browser throws at `NaN`.
    public var strictPythonText: String {
        var text = ""
        PythonJSON.append(self, to: &text, isStrict: true)
        return text
    }
}

enum PythonJSON {
    static func append(_ value: JSONValue, to text: inout String, isStrict: Bool = false) {
        switch value {
        case .string(let string): append(string, to: &text)
        case .array(let elements):
            text += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { text += ", " }
                append(element, to: &text, isStrict: isStrict)
            }
            text += "]"
        case .object(let object):
            text += "{"
            for (index, member) in object.members.enumerated() {
                if index > 0 { text += ", " }
                append(member.key, to: &text)
                text += ": "
                append(member.value, to: &text, isStrict: isStrict)
            }
            text += "}"
        case .number(let number): text += isStrict && !number.isFinite ? "null" : self.text(of: number)
        // An integer has no bounds in Python; any other number of that size is infinite there.
        case .bigNumber(let number) where number.text.contains { ".eE".contains($0) }:
            text += isStrict ? "null" : number.text.hasPrefix("-") ? "-Infinity" : "Infinity"
        default: text += value.description
        }
    }

    /// A number as Python writes it: with an exponent from 1e16 on, and NaN and the infinities by their names, which are no
    /// JSON.
    private static func text(of number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
        guard 1e16..<0x1p54 ~= number.magnitude else { return number.description }
        var digits = String(Int64(number.magnitude))
        let exponent = digits.utf8.count - 1
        while digits.hasSuffix("0") { digits.removeLast() }
        let fraction = digits.dropFirst()
        return "\(number < 0 ? "-" : "")\(digits.prefix(1))\(fraction.isEmpty ? "" : ".")\(fraction)e+\(exponent)"
    }

    private static func append(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{8}": text += "\\b"
            case "\u{c}": text += "\\f"
            case " "..."~": text.unicodeScalars.append(scalar)
            default: for unit in UTF16.encode(scalar).map(Array.init) ?? [] { text += "\\u" + hex(unit) }
            }
        }
        text += "\""
    }

    private static func hex(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}
