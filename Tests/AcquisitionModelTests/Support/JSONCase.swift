import AcquisitionModel
import TestSupport
import Testing

/// A line of `Tests/Fixtures/json-cases.txt`, which says what the columns mean.
struct JSONCase: Sendable, CustomStringConvertible {
    /// What RFC 8259 asks of a reader.
    enum Verdict: String, Sendable { case accept, reject, either }

    /// What a reader makes of a text.
    enum Outcome: Sendable, Hashable {
        /// A value, as it is written again.
        case value([UInt8])
        case refusal(WireError.Rule)
    }

    let verdict: Verdict
    let bytes: [UInt8]
    let strict: Outcome
    let tolerant: Outcome
    let reason: String
    let line: Int
    /// The text as the file writes it.
    let description: String

    /// Every case of the table.
    static func all() throws -> [JSONCase] { try loaded.get() }

    private static let loaded = Result { try load() }

    private static func load() throws -> [JSONCase] {
        let text = String(decoding: try Fixtures.data("json-cases.txt"), as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
        return try lines.filter { !$1.isEmpty && !$1.hasPrefix("#") }.map { try JSONCase($1, line: $0 + 1) }
    }

    private init(_ text: Substring, line: Int) throws {
        let columns = text.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        try #require((3...5).contains(columns.count), "line \(line)")
        self.line = line
        verdict = try #require(Verdict(rawValue: columns[0]), "line \(line)")
        description = columns[1]
        bytes = try Self.bytes(columns[1])
        strict = try Self.outcome(columns[2])
        let other = columns.count > 3 ? columns[3] : ""
        tolerant = other.isEmpty ? strict : try Self.outcome(other)
        reason = columns.count > 4 ? columns[4] : ""
    }

    private static func outcome(_ text: String) throws -> Outcome {
        switch text.first {
        case "=": return .value(try bytes(String(text.dropFirst())))
        case "!": return .refusal(WireError.Rule(rawValue: String(text.dropFirst())))
        default: throw JSONCaseError(text: text)
        }
    }

    /// Text with what stands between `⟨` and `⟩` as bytes.
    private static func bytes(_ text: String) throws -> [UInt8] {
        var result: [UInt8] = []
        // Scalar by scalar: a quote and an accent behind it would be one character.
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard scalar == "⟨" else {
                result += Array(String(scalar).utf8)
                continue
            }
            let end = try #require(rest.firstIndex(of: "⟩"), "\(text)")
            let parts = String(rest[..<end]).split(separator: "×")
            let group = try parts[0].split(separator: " ").map { try #require(UInt8($0, radix: 16), "\(text)") }
            let count = parts.count > 1 ? try #require(Int(parts[1]), "\(text)") : 1
            for _ in 0..<(group.count == 1 ? 0 : count) { result += group }
            if let byte = group.first, group.count == 1 { result += Array(repeating: byte, count: count) }
            rest = rest[rest.index(after: end)...]
        }
        return result
    }
}

/// A line of the table that says nothing.
struct JSONCaseError: Error {
    let text: String
}
