/// Numbers and text.
extension JSONReader {
    // MARK: - Numbers

    mutating func number() throws(WireError) -> JSONValue {
        let start = index
        _ = skip(UInt8(ascii: "-"))
        if tolerance == .oldReleases, skip("Infinity") { return .number(-.infinity) }
        if skip(UInt8(ascii: "0")) {
            if let peek, Self.isDigit(peek) { throw unexpected("a number without leading zeros") }
        } else {
            try digits()
        }
        var isInteger = true
        if skip(UInt8(ascii: ".")) {
            isInteger = false
            try digits()
        }
        if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
            isInteger = false
            if !skip(UInt8(ascii: "+")) { _ = skip(UInt8(ascii: "-")) }
            try digits()
        }
        guard makesValues else { return .integer(0) }
        let text = bytes[start..<index]
        if isInteger, let integer = Self.integer(text) { return .integer(integer) }
        let digits = String(decoding: text, as: UTF8.self)
        if !isInteger, let number = Double(digits), number.isFinite { return .number(number) }
        return .bigNumber(BigNumber(verified: digits))
    }

    private mutating func digits() throws(WireError) {
        guard let first = peek, Self.isDigit(first) else { throw unexpected("a digit") }
        while let next = peek, Self.isDigit(next) { index += 1 }
    }

    private static func integer(_ text: ArraySlice<UInt8>) -> Int64? {
        let isNegative = text.first == UInt8(ascii: "-")
        var result: Int64 = 0
        for byte in isNegative ? text.dropFirst() : text {
            let digit = Int64(byte - UInt8(ascii: "0"))
            let (product, overflowed) = result.multipliedReportingOverflow(by: 10)
            let (sum, overflowedToo) =
                isNegative
                ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            if overflowed || overflowedToo { return nil }
            result = sum
        }
        return result
    }

    static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    // MARK: - Text

    mutating func string() throws(WireError) -> String {
        index += 1
        var result = ""
        var start = index
        var isASCII = true
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                let last = try text(from: start, isASCII: isASCII)
                index += 1
                return result.isEmpty ? last : result + last
            case UInt8(ascii: "\\"):
                let piece = try text(from: start, isASCII: isASCII)
                let scalar = try escape()
                if makesValues {
                    result += piece
                    result.unicodeScalars.append(scalar)
                }
                start = index
                isASCII = true
            case 0..<0x20:
                throw unexpected("text without control characters (escape them)")
            default:
                if byte >= 0x80 { isASCII = false }
                index += 1
            }
        }
        throw unexpected("'\"' at the end of the text")
    }

    /// What stands from `start` on to here, if it is UTF-8; empty where no values are made.
    private func text(from start: Int, isASCII: Bool) throws(WireError) -> String {
        if isASCII {
            guard makesValues else { return "" }
            return bytes.withUnsafeBufferPointer { bytes in
                String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<index]), as: UTF8.self)
            }
        }
        guard let text = String(validating: bytes[start..<index], as: UTF8.self) else {
            throw WireError(.encoding, "The text is not UTF-8", offset: start + Self.validPrefix(bytes[start..<index]))
        }
        return makesValues ? text : ""
    }

    /// How many of the bytes at the beginning are UTF-8.
    private static func validPrefix(_ bytes: ArraySlice<UInt8>) -> Int {
        var parser = Unicode.UTF8.ForwardParser()
        var rest = bytes.makeIterator()
        var count = 0
        while case .valid(let scalar) = parser.parseScalar(from: &rest) { count += scalar.count }
        return count
    }

    private mutating func escape() throws(WireError) -> Unicode.Scalar {
        let start = index
        index += 1
        let escape = peek
        index += 1
        switch escape {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape(from: start)
        default:
            index = start
            throw unexpected("an escape that JSON knows")
        }
    }

    private mutating func unicodeEscape(from start: Int) throws(WireError) -> Unicode.Scalar {
        let unit = try hexDigits()
        if let scalar = Unicode.Scalar(UInt32(unit)) { return scalar }
        let afterFirst = index
        if UTF16.isLeadSurrogate(unit), skip("\\u") {
            let second = try hexDigits()
            if UTF16.isTrailSurrogate(second) {
                return UTF16.decode(UTF16.EncodedScalar([unit, second]))
            }
        }
        index = afterFirst
        if tolerance == .oldReleases { return "\u{FFFD}" }
        throw WireError(.encoding, "An escape names half a surrogate pair", offset: start)
    }

    private mutating func hexDigits() throws(WireError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw unexpected("four hexadecimal digits")
            }
            unit = unit << 4 | UInt16(digit)
            index += 1
        }
        return unit
    }
}
