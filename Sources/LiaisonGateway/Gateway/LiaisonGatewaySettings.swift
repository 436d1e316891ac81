public import GatewayCore

/// What a Liaison gateway is told.
public struct LiaisonGatewaySettings: Sendable, Hashable {
    /// What every gateway is told. The map says which commands `rpc:send` and `rpc:perform` give, under which names.
    public var gateway: GatewaySettings
    /// Who may connect.
    public var admission: LiaisonAdmission
    /// Whether the markers are printed that tell a launcher when the gateway can be reached.
    public var printMarkers: Bool
    /// How many of the last events `rpc.events` holds.
    public var events: Int
    /// What clients may keep.
    public var store: LiaisonStoreLimits

    /// On loopback at the Python package's port, with every command of the protocol under its own name.
    public init(
        gateway: GatewaySettings = Self.defaults,
        admission: LiaisonAdmission = LiaisonAdmission(),
        printMarkers: Bool = false,
        events: Int = 100,
        store: LiaisonStoreLimits = LiaisonStoreLimits()
    ) {
        self.gateway = gateway
        self.admission = admission
        self.printMarkers = printMarkers
        self.events = events
        self.store = store
    }

    /// `127.0.0.1:8001` (`protocol/liaison.md`, L5), every command by its name, and the lab's own under `USER_DEFINED`.
    public static var defaults: GatewaySettings {
        var map = CommandMap.commandsByName
        map[RpcCommands.userDefined] = MappedCommand(.custom(-1))
        return GatewaySettings(listen: ListenAddress(port: 8001), map: map)
    }

    /// Reads a gateway's table: beside what all gateways have `token`, `origins`, `hosts`, `print_markers`, `events`,
    /// `max_stored_names` and `max_stored_bytes`.
    public init(reading reader: TableReader) {
        self.init(gateway: GatewaySettings(reading: reader, defaults: Self.defaults))
        admission.token = reader.string("token")
        if admission.token == "" { reader.note("token", "must not be empty; leave it out where none is needed") }
        admission.origins = reader.strings("origins")
        admission.hosts = reader.strings("hosts") ?? []
        printMarkers = reader.boolean("print_markers") ?? printMarkers
        events = reader.integer("events", in: 0...100_000) ?? events
        store.names = reader.integer("max_stored_names", in: 0...1_000_000) ?? store.names
        store.bytes = reader.integer("max_stored_bytes", in: 0...(1 << 32)) ?? store.bytes
    }
}
