import AcquisitionModel

/// Reads the values of one table and notes everything that is wrong, so that a user sees all mistakes at once.
///
/// ```swift
/// let settings = try TableReader.read(table) { reader in
///     Settings(name: reader.string("name") ?? "acquisition", port: reader.integer("port", in: 1...65535) ?? 8080)
/// }
/// ```
public final class TableReader {
    /// The table that is read.
    public let table: ConfigurationTable
    /// The way to the table: `dareplane.map`; empty for the whole file.
    public let path: String
    private let notes: Notes
    private let owner: Owner
    private var asked: Set<String> = []

    /// Whose file is read, which decides what an unknown key is.
    public enum Owner: Sendable, Hashable {
        /// This package's: a key that is not known is a mistake, and a problem.
        case ours
        /// Another system's, whose other releases may have more keys: one that is not known is passed over with a remark.
        case foreign
    }

    final class Notes {
        var problems: [ConfigurationProblem] = []
        var remarks: [ConfigurationProblem] = []
    }

    private init(_ table: ConfigurationTable, path: String, owner: Owner, notes: Notes) {
        self.table = table
        self.path = path
        self.owner = owner
        self.notes = notes
    }

    /// Reads a whole file of this package with `body`. Keys that `body` does not ask for are problems.
    ///
    /// - Throws: ``ConfigurationErrors`` with everything that is wrong.
    public static func read<Value>(
        _ table: ConfigurationTable,
        path: String = "",
        _ body: (TableReader) -> Value
    ) throws(ConfigurationErrors) -> Value {
        try read(table, path: path, owner: .ours, body).value
    }

    /// Reads a whole file with `body`.
    ///
    /// - Returns: what `body` made of it, and what is remarkable and does not stand in the way, in the order of the lines.
    /// - Throws: ``ConfigurationErrors`` with everything that is wrong.
    public static func read<Value>(
        _ table: ConfigurationTable,
        path: String = "",
        owner: Owner,
        _ body: (TableReader) -> Value
    ) throws(ConfigurationErrors) -> (value: Value, remarks: [ConfigurationProblem]) {
        let reader = TableReader(table, path: path, owner: owner, notes: Notes())
        let value = body(reader)
        reader.finish()
        if !reader.notes.problems.isEmpty { throw ConfigurationErrors(reader.notes.problems) }
        return (value, reader.notes.remarks.sorted { ($0.line ?? .max) < ($1.line ?? .max) })
    }

    // MARK: - Values

    /// The text under a key; nil where there is none.
    public func string(_ key: String) -> String? {
        value(key, "text") { if case .string(let text) = $0 { text } else { nil } }
    }

    /// A whole number within a range.
    public func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        value(key, "a whole number from \(range.lowerBound) to \(range.upperBound)") { value in
            guard case .integer(let number) = value, let number = Int(exactly: number), range.contains(number) else {
                return nil
            }
            return number
        }
    }

    /// True or false.
    public func boolean(_ key: String) -> Bool? {
        value(key, "true or false") { if case .boolean(let value) = $0 { value } else { nil } }
    }

    /// A length of time: a number of seconds, or text such as `500ms`, `5s`, `2m`.
    public func duration(_ key: String) -> Duration? {
        value(key, "a time: seconds, or text such as \"500ms\", \"5s\", \"2m\"") { value in
            switch value {
            case .integer(let seconds) where 0...1_000_000_000 ~= seconds: .seconds(seconds)
            case .number(let seconds) where 0...1e9 ~= seconds: .seconds(seconds)
            case .string(let text): Self.duration(text)
            default: nil
            }
        }
    }

    /// A list of texts.
    public func strings(_ key: String) -> [String]? {
        value(key, "a list of texts") { value in
            guard case .array(let elements) = value else { return nil }
            let texts = elements.compactMap { if case .string(let text) = $0 { text } else { nil } }
            return texts.count == elements.count ? texts : nil
        }
    }

    /// Whatever stands under a key, as JSON.
    public func json(_ key: String) -> JSONValue? {
        asked.insert(key)
        return table[key]?.value.json
    }

    /// A text that `parse` understands; what it throws is the problem.
    public func parsed<Value>(_ key: String, _ parse: (String) throws -> Value) -> Value? {
        guard let text = string(key) else { return nil }
        do {
            return try parse(text)
        } catch {
            note(key, "\(error)")
            return nil
        }
    }

    /// One of a few names; of a foreign file whatever their case and the blanks around them.
    public func choice<Value: CaseIterable & RawRepresentable>(_ key: String) -> Value? where Value.RawValue == String {
        value(key, "one of \(Value.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", "))") { value in
            guard case .string(let text) = value else { return nil }
            let plain = text.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased()
            return Value(rawValue: text) ?? (owner == .foreign ? Value(rawValue: plain) : nil)
        }
    }

    // MARK: - Tables

    /// What `body` reads from the table under a key; nil where there is none.
    ///
    /// - Parameters:
    ///   - key: the key.
    ///   - owner: whose table it is; nil for that of the table around it.
    ///   - body: reads it.
    public func table<Value>(_ key: String, owner: Owner? = nil, _ body: (TableReader) -> Value) -> Value? {
        let found = value(key, "a table") { if case .table(let table) = $0 { table } else { nil } }
        return found.map { nested($0, inside(key), owner, body) }
    }

    /// What `body` reads from each table of a list.
    public func tables<Value>(_ key: String, _ body: (TableReader) -> Value) -> [Value] {
        let found = value(key, "a list of tables ([[\(inside(key))]])") { value -> [ConfigurationTable]? in
            guard case .array(let elements) = value else { return nil }
            let tables = elements.compactMap { if case .table(let table) = $0 { table } else { nil } }
            return tables.count == elements.count ? tables : nil
        }
        return (found ?? []).enumerated().map { nested($1, "\(inside(key))[\($0 + 1)]", nil, body) }
    }

    /// The entries of a table whose keys are the user's: all of them count as asked for.
    public func entries() -> [ConfigurationTable.Entry] {
        asked.formUnion(table.entries.map(\.key))
        return table.entries
    }

    private func nested<Value>(
        _ table: ConfigurationTable,
        _ path: String,
        _ owner: Owner?,
        _ body: (TableReader) -> Value
    ) -> Value {
        let reader = TableReader(table, path: path, owner: owner ?? self.owner, notes: notes)
        let value = body(reader)
        reader.finish()
        return value
    }

    // MARK: - Problems

    /// Notes that something is wrong with the value of a key, or with the table itself.
    public func note(_ key: String? = nil, _ message: String) {
        let line = key.flatMap { table[$0]?.line } ?? table.line
        notes.problems.append(ConfigurationProblem(line: line, path: key.map(inside) ?? path, message))
    }

    /// Notes something about a key, or about the table itself, that the user should know and that does not stand in the
    /// way.
    public func remark(_ key: String? = nil, _ message: String) {
        let line = key.flatMap { table[$0]?.line } ?? table.line
        notes.remarks.append(ConfigurationProblem(line: line, path: key.map(inside) ?? path, message))
    }

    /// Passes a key over that is known and has no meaning here, with the reason as a remark.
    public func passOver(_ key: String, _ reason: String) {
        asked.insert(key)
        if table[key] != nil { remark(key, "is passed over: \(reason)") }
    }

    /// Notes that a key must be there.
    public func noteMissing(_ key: String, _ what: String) {
        notes.problems.append(ConfigurationProblem(line: table.line, path: inside(key), "is missing: \(what)"))
    }

    private func value<Value>(
        _ key: String,
        _ expected: String,
        _ read: (ConfigurationValue) -> Value?
    ) -> Value? {
        asked.insert(key)
        guard let entry = table[key] else { return nil }
        if let value = read(entry.value) { return value }
        note(key, "must be \(expected), not \(Self.shown(entry.value))")
        return nil
    }

    private static func shown(_ value: ConfigurationValue) -> String {
        switch value {
        case .string, .integer, .number, .boolean: value.json.description
        default: value.kindInWords
        }
    }

    private func finish() {
        for entry in table.entries where !asked.contains(entry.key) {
            let near = NearNames.of(entry.key, among: asked.sorted())
            let hint = near.isEmpty ? "known are \(asked.sorted().joined(separator: ", "))" : "did you mean \(near[0])?"
            switch owner {
            case .ours: note(entry.key, "is not known here; \(hint)")
            case .foreign: remark(entry.key, "is passed over: it is not known here; \(hint)")
            }
        }
    }

    private func inside(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    private static func duration(_ text: String) -> Duration? {
        let units: [String: Double] = ["ms": 0.001, "s": 1, "m": 60, "min": 60, "h": 3600]
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let number = Double(digits), let unit = units[String(text.dropFirst(digits.count))] else { return nil }
        let seconds = number * unit
        return seconds < 1e9 ? .seconds(seconds) : nil
    }
}
