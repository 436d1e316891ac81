public import GatewayCore

/// What a control room is told: its modules, its macros, and what is its own.
///
/// The files of the real control room are read, the current form (`[modules.<name>]`) and the one of before
/// (`[python.modules.<name>]`, `[exe.modules.<name>]`), also both in one file (`protocol/dareplane.md`, D34 to D37).
/// What is not known in them is passed over with a remark (``remarks``). The table `[control_room]` is this package's
/// own: what is not known there is a mistake.
public struct ControlRoomConfiguration: Sendable, Hashable {
    /// The modules, in the order in which they are started: that of the file.
    public var modules: [ModuleConfiguration]
    /// The macros, in the order of the file.
    public var macros: [Macro]
    /// The pause before every command of a macro.
    public var macroPause: Duration
    /// What is the control room's own.
    public var settings: ControlRoomSettings
    /// What was passed over in the file that it was read from, or understood otherwise than it is written, by line.
    public var remarks: [ConfigurationProblem]

    /// A configuration.
    public init(
        modules: [ModuleConfiguration] = [],
        macros: [Macro] = [],
        macroPause: Duration = .zero,
        settings: ControlRoomSettings = ControlRoomSettings(),
        remarks: [ConfigurationProblem] = []
    ) {
        self.modules = modules
        self.macros = macros
        self.macroPause = macroPause
        self.settings = settings
        self.remarks = remarks
    }

    /// Reads a whole file that lies in `folder`.
    ///
    /// - Throws: `ConfigurationErrors` with everything that is wrong, by line.
    public init(reading table: ConfigurationTable, folder: String = ".") throws(ConfigurationErrors) {
        try self.init(reading: table, paths: PathLookup(folder: folder))
    }

    init(reading table: ConfigurationTable, paths: PathLookup) throws(ConfigurationErrors) {
        let (configuration, remarks) = try TableReader.read(table, owner: .foreign) { reader in
            let settings =
                reader.table("control_room", owner: .ours, ControlRoomSettings.init(reading:)) ?? ControlRoomSettings()
            let modules = ModuleTables(python: settings.python, paths: paths).read(reader)
            var pause = Duration.zero
            let macros = reader.table("macros") { macros in
                pause = macros.table("globals") { $0.duration("sleep_s") ?? .zero } ?? .zero
                return macros.entries().filter { $0.key != "globals" }.compactMap { entry in
                    macros.table(entry.key) { Macro(reading: $0, key: entry.key, modules: modules) } ?? nil
                }
            }
            return ControlRoomConfiguration(
                modules: modules,
                macros: macros ?? [],
                macroPause: pause,
                settings: settings
            )
        }
        self = configuration
        self.remarks = remarks
    }

    /// The module of this name.
    public func module(_ name: String) -> ModuleConfiguration? { modules.first { $0.name == name } }
}
