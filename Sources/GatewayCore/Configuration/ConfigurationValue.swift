public import AcquisitionModel

/// A value of a configuration file, whatever its format, with the place where it stands.
public indirect enum ConfigurationValue: Sendable, Hashable {
    /// Text.
    case string(String)
    /// A whole number.
    case integer(Int64)
    /// Any other number.
    case number(Double)
    /// True or false.
    case boolean(Bool)
    /// A list.
    case array([ConfigurationValue])
    /// A table.
    case table(ConfigurationTable)
    /// A date or a time, as text.
    case date(String)

    /// The value as JSON; a date becomes its text.
    public var json: JSONValue {
        switch self {
        case .string(let text), .date(let text): .string(text)
        case .integer(let number): .integer(number)
        case .number(let number): .number(number)
        case .boolean(let value): .bool(value)
        case .array(let elements): .array(elements.map(\.json))
        case .table(let table): .object(table.entries.map { ($0.key, $0.value.json) })
        }
    }

    /// What kind of value this is, in words for an error message.
    public var kindInWords: String {
        switch self {
        case .string: "text"
        case .integer, .number: "a number"
        case .boolean: "true or false"
        case .array: "a list"
        case .table: "a table"
        case .date: "a date"
        }
    }
}

/// A table of a configuration file: its keys in the order of the file.
public struct ConfigurationTable: Sendable, Hashable {
    /// A key with its value and its line, counted from 1.
    public struct Entry: Sendable, Hashable {
        /// The key.
        public var key: String
        /// The value.
        public var value: ConfigurationValue
        /// The line, where it is known.
        public var line: Int?

        /// An entry.
        public init(key: String, value: ConfigurationValue, line: Int? = nil) {
            self.key = key
            self.value = value
            self.line = line
        }
    }

    /// The entries in the order of the file; every key is there once.
    public var entries: [Entry]
    /// Where the table begins, where that is known.
    public var line: Int?

    /// A table.
    public init(_ entries: [Entry] = [], line: Int? = nil) {
        self.entries = entries
        self.line = line
    }

    /// The entry under a key.
    public subscript(_ key: String) -> Entry? { entries.first { $0.key == key } }
}

/// What is wrong with a configuration, and where.
public struct ConfigurationProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// The line, counted from 1, where it is known.
    public var line: Int?
    /// The way to the value: `dareplane.map.START`; empty for the whole file.
    public var path: String
    /// What is wrong, in one sentence without a full stop.
    public var message: String

    /// A problem.
    public init(line: Int?, path: String, _ message: String) {
        self.line = line
        self.path = path
        self.message = message
    }

    /// `line 3: dareplane.listen: …`
    public var description: String {
        let place = [line.map { "line \($0)" }, path.isEmpty ? nil : path].compactMap(\.self)
        return (place + [message]).joined(separator: ": ")
    }
}

/// Everything that is wrong with a configuration.
public struct ConfigurationErrors: Error, Sendable, Hashable, CustomStringConvertible {
    /// The problems, in the order of their lines; at least one.
    public let problems: [ConfigurationProblem]

    /// The problems, one a line.
    public init(_ problems: [ConfigurationProblem]) {
        self.problems = problems.sorted { ($0.line ?? .max) < ($1.line ?? .max) }
    }

    /// The problems, one a line.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
