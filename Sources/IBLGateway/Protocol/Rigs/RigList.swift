public import GatewayCore

/// The rigs of a lab, as a file lists them, and how they are asked.
///
/// ```toml
/// timeout = "10s"
/// one_after_another = false
/// grace = "30s"
///
/// [[rigs]]
/// name = "bpod"
/// uri = "udp://192.168.0.4"
/// ```
public struct RigList: Sendable, Hashable {
    /// The rigs, in the order of the file.
    public var rigs: [Rig]
    /// How they are asked.
    public var asking: RigServices.Asking
    /// How long a message waits for its echo.
    public var echoTimeout: Duration
    /// How long rigs that did not answer in time are waited for, so that they hear an echo.
    public var grace: Duration

    /// A list.
    public init(
        _ rigs: [Rig],
        asking: RigServices.Asking = .init(),
        echoTimeout: Duration = .seconds(1),
        grace: Duration = .seconds(30)
    ) {
        self.rigs = rigs
        self.asking = asking
        self.echoTimeout = echoTimeout
        self.grace = grace
    }

    /// Reads a whole file.
    ///
    /// - Throws: `ConfigurationErrors` with everything that is wrong.
    public init(_ table: ConfigurationTable) throws(ConfigurationErrors) {
        self = try TableReader.read(table) { reader in
            var list = RigList([])
            // Zero is for as long as it takes (`protocol/iblutil.md`, I23).
            if let limit = reader.duration("timeout") { list.asking.timeLimit = limit == .zero ? nil : limit }
            list.asking.isOneAfterAnother = reader.boolean("one_after_another") ?? false
            list.echoTimeout = reader.duration("echo_timeout") ?? list.echoTimeout
            if list.echoTimeout == .zero { reader.note("echo_timeout", "must be longer than nothing") }
            list.grace = reader.duration("grace") ?? list.grace
            var names: Set<String> = []
            list.rigs = reader.tables("rigs") { Self.rig($0, &names) }.compactMap(\.self)
            if reader.table["rigs"] == nil { reader.noteMissing("rigs", "one table [[rigs]] for each rig") }
            return list
        }
    }

    private static func rig(_ reader: TableReader, _ names: inout Set<String>) -> Rig? {
        let name = reader.string("name")
        let uri = reader.parsed("uri") { try RigURI($0) }
        if reader.table["name"] == nil { reader.noteMissing("name", "what the rig is called") }
        if reader.table["uri"] == nil { reader.noteMissing("uri", "where the rig is, such as udp://192.168.0.4:11001") }
        guard let name else { return nil }
        if name.isEmpty { reader.note("name", "must not be empty") }
        if !names.insert(name).inserted { reader.note("name", "is the name of another rig too") }
        return uri.map { Rig(name, at: $0) }
    }
}
