import AcquisitionModel

/// Which command of the acquisition process each foreign command stands for.
public struct CommandMap: Sendable, Hashable {
    private var commands: [String: MappedCommand]
    /// The foreign commands, in the order in which they were given.
    public private(set) var names: [String] = []

    /// A map.
    public init(_ commands: some Sequence<(String, MappedCommand)>) {
        self.commands = [:]
        for (name, command) in commands { self[name] = command }
    }

    /// A map without commands.
    public init() { self.init([]) }

    /// What a foreign command stands for; nil for nothing: it is refused.
    public subscript(_ name: String) -> MappedCommand? {
        get { commands[name] }
        set {
            if newValue == nil { names.removeAll { $0 == name } } else if commands[name] == nil { names.append(name) }
            commands[name] = newValue
        }
    }

    /// What `name` stands for.
    ///
    /// - Throws: ``GatewayError`` of the code `notMapped` that lists names like it.
    public func command(named name: String) throws(GatewayError) -> MappedCommand {
        if let command = commands[name] { return command }
        let near = NearNames.of(name, among: names)
        let hint = near.isEmpty ? "" : "; did you mean \(near.joined(separator: ", "))?"
        throw GatewayError(.notMapped, "'\(name)' stands for no command here\(hint)")
    }

    /// The protocol's commands under their own names, as in Python: `GET_STATUS`, `SET_APPLICATION_MODE`,
    /// `START_ACQUISITION`… with the foreign arguments as their data.
    public static let commandsByName = CommandMap(
        ApiCommand.published(in: .current).filter { $0.code != .userDefined && $0.code != .none }
            .map { entry in
                let target: MappedCommand.Target =
                    switch entry.code {
                    case .startAcquisition: .startAcquisition
                    case .stopAcquisition: .stopAcquisition
                    default: .command(entry.code)
                    }
                return (KeyCase.decamelize(entry.name).uppercased(), MappedCommand(target))
            }
    )
}

extension CommandMap: ExpressibleByDictionaryLiteral {
    /// A map.
    public init(dictionaryLiteral elements: (String, MappedCommand)...) { self.init(elements) }
}
