import AcquisitionModel

/// A value and where it came from.
struct Sourced<Value: Sendable>: Sendable {
    var value: Value
    var source: SettingSource
}

/// Where the value of a setting came from; the earlier case wins.
enum SettingSource: Sendable, Hashable, CustomStringConvertible {
    case flag(String)
    case environment(String)
    case file(String)
    case standard

    /// The less, the sooner it counts.
    var rank: Int {
        switch self {
        case .flag: 0
        case .environment: 1
        case .file: 2
        case .standard: 3
        }
    }

    var description: String {
        switch self {
        case .flag(let name): name
        case .environment(let variable): "$\(variable)"
        case .file(let path): path
        case .standard: "default"
        }
    }
}

/// Where settings are looked for: flag, then environment, then configuration file, then default.
struct SettingsSources: Sendable {
    let environment: [String: String]
    let file: ConfigurationFile?

    /// The value of a setting: the flag's where it was given, or else what `parse` makes of the first text that is found
    /// under `variable` in the environment and under `key` in the file. An empty variable counts as none.
    ///
    /// - Throws: ``CommandFailure`` where a text cannot be understood.
    func resolve<Value: Sendable>(
        _ flag: Value?,
        flag name: String,
        variable: String,
        key: String,
        default standard: Value,
        expected: String,
        parse: (String) -> Value?
    ) throws(CommandFailure) -> Sourced<Value> {
        if let flag { return Sourced(value: flag, source: .flag(name)) }
        if let text = environment[variable], !text.isEmpty {
            guard let value = parse(text) else {
                throw CommandFailure(.usage, "The environment variable \(variable) is '\(text)'; expected \(expected)")
            }
            return Sourced(value: value, source: .environment(variable))
        }
        if let file, let json = file.members.value(ofExactly: key) {
            guard let value = parse(json.string ?? json.description) else {
                throw CommandFailure(.usage, "'\(key)' in \(file.path) is \(json); expected \(expected)")
            }
            return Sourced(value: value, source: .file(file.path))
        }
        return Sourced(value: standard, source: .standard)
    }
}
