/// What every gateway is told: where it listens, what it may do, what its peers may cost, which commands stand for which.
public struct GatewaySettings: Sendable, Hashable {
    /// Where it listens; on loopback unless told otherwise.
    public var listen: ListenAddress
    /// What it may do at most.
    public var role: PeerRole
    /// What its peers may cost.
    public var limits: GatewayLimits
    /// Which command each foreign one stands for.
    public var map: CommandMap

    /// Settings.
    public init(
        listen: ListenAddress,
        role: PeerRole = .operator,
        limits: GatewayLimits = GatewayLimits(),
        map: CommandMap
    ) {
        self.listen = listen
        self.role = role
        self.limits = limits
        self.map = map
    }

    /// Reads `listen`, `role`, `max_connections`, `max_message_size`, `max_in_flight`, `max_queued` and the table `map`
    /// from a gateway's table; what is not there is as in `defaults`, and the table's commands come on top of those.
    ///
    /// - Parameters:
    ///   - reader: of the gateway's table.
    ///   - defaults: what counts where nothing is said.
    ///   - address: reads the text of `listen`, where that is more than a host and a port.
    public init(
        reading reader: TableReader,
        defaults: GatewaySettings,
        address: ((String) throws -> ListenAddress)? = nil
    ) {
        self = defaults
        listen =
            reader.parsed("listen") { text in
                if let address { return try address(text) }
                return try ListenAddress(text, defaultHost: defaults.listen.host, defaultPort: defaults.listen.port)
            } ?? listen
        role = reader.choice("role") ?? role
        limits.connections = reader.integer("max_connections", in: 1...100_000) ?? limits.connections
        limits.messageSize = reader.integer("max_message_size", in: 64...(1 << 30)) ?? limits.messageSize
        limits.inFlightPerConnection = reader.integer("max_in_flight", in: 1...100_000) ?? limits.inFlightPerConnection
        limits.queuedPerConnection = reader.integer("max_queued", in: 1...1_000_000) ?? limits.queuedPerConnection
        reader.table("map") { map.add(reading: $0) }
    }
}
