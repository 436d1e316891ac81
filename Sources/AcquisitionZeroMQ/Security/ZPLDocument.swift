import AcquisitionModel

/// Text in ZPL, ZeroMQ's property language (RFC 4): names with values, in sections that indentation makes.
///
/// Reads what czmq and pyzmq write: values with quotes of either kind or with none, tabs, any depth of indentation,
/// CRLF. What it cannot make sense of it refuses, with the line.
struct ZPLDocument: Sendable, Hashable {
    /// A name that has a value.
    struct Property: Sendable, Hashable {
        /// The names of its sections and its own, as in `curve/public-key`.
        var path: String
        var value: String
    }

    /// The properties in their order.
    private(set) var properties: [Property] = []

    static let mostBytes = 64 * 1024
    private static let mostDepth = 16

    /// Reads text.
    ///
    /// - Throws: ``CertificateError`` with the line.
    init(_ bytes: [UInt8]) throws(CertificateError) {
        guard bytes.count <= Self.mostBytes else {
            throw CertificateError(.size, "a certificate has at most \(Self.mostBytes) bytes, this has \(bytes.count)")
        }
        guard let text = String(validating: ByteOrderMark.dropped(from: bytes), as: UTF8.self) else {
            throw CertificateError(.form, "the text is not UTF-8")
        }
        var sections: [(indentation: Int, path: String)] = []
        var seen: Set<String> = []
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let line = line.last == "\r" ? line.dropLast() : line
            let indentation = line.prefix(while: Self.isBlank).count
            let content = line.dropFirst(indentation)
            guard let first = content.first, first != "#" else { continue }
            let fail = { (reason: String) in CertificateError(.form, "line \(index + 1): \(reason)") }
            guard content.allSatisfy({ $0.value >= 32 && $0.value != 127 || $0 == "\t" }) else {
                throw fail("there is a control character")
            }
            let name = content.prefix(while: Self.isNameCharacter)
            guard !name.isEmpty else { throw fail("a line begins with a name, a # or a blank") }
            while let last = sections.last, last.indentation >= indentation { sections.removeLast() }
            guard sections.count < Self.mostDepth else { throw fail("the sections nest too deep") }
            let path = (sections.last.map { "\($0.path)/" } ?? "") + String(name)
            sections.append((indentation, path))
            let rest = content.dropFirst(name.count).drop(while: Self.isBlank)
            guard let sign = rest.first, sign != "#" else { continue }
            guard sign == "=" else { throw fail("after a name comes an =, or nothing") }
            guard let value = Self.value(rest.dropFirst()) else { throw fail("the value's quote is not closed") }
            guard seen.insert(path).inserted else { throw fail("'\(path)' is there twice") }
            properties.append(Property(path: path, value: value))
        }
    }

    /// The value of `curve/public-key`; nil where there is none.
    subscript(path: String) -> String? { properties.first { $0.path == path }?.value }

    /// The value behind an `=`; nil where a quote is open, or something stands behind the closed one.
    private static func value(_ text: Substring.UnicodeScalarView) -> String? {
        let text = text.drop(while: isBlank)
        if let quote = text.first, quote == "\"" || quote == "'" {
            let inner = text.dropFirst()
            guard let end = inner.firstIndex(of: quote) else { return nil }
            let rest = inner[inner.index(after: end)...].drop(while: isBlank)
            return rest.isEmpty || rest.first == "#" ? String(inner[..<end]) : nil
        }
        var value = text.prefix { $0 != "#" }
        while let last = value.last, isBlank(last) { value.removeLast() }
        return String(value)
    }

    private static func isBlank(_ character: Unicode.Scalar) -> Bool { character == " " || character == "\t" }

    private static func isNameCharacter(_ character: Unicode.Scalar) -> Bool {
        switch character {
        case "a"..."z", "A"..."Z", "0"..."9", "$", "-", "_", "@", ".", "&", "+", "/": true
        default: false
        }
    }

    /// A value as a document has it; nil for one that it cannot have.
    static func quoted(_ value: String) -> String? {
        guard value.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 }) else { return nil }
        if !value.contains("\"") { return "\"\(value)\"" }
        return value.contains("'") ? nil : "'\(value)'"
    }
}
