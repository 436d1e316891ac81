public import GatewayCore

/// How an acquisition process appears as a Dareplane module.
public struct DareplaneGatewaySettings: Sendable, Hashable {
    /// What every gateway is told. Modules conventionally listen on port 8080.
    public var gateway: GatewaySettings
    /// How the module calls itself in its greeting.
    public var name: String
    /// Which events become callbacks to other modules.
    public var callbacks: [EventRule]
    /// The module that hears what became of each command, as a callback `RESULT`; nil for none: the protocol has no reply.
    public var resultTo: String?
    /// How long a command without `;` must have stood alone before it counts; nil where `;` is needed.
    public var idle: Duration?
    /// How long before and after a callback nothing else is sent.
    public var gap: Duration
    /// Where the control room takes log records (`protocol/dareplane.md`, D18): it hears what became of commands, since the
    /// protocol has no reply. Nil for none.
    public var logServer: ListenAddress?

    /// Settings.
    public init(
        gateway: GatewaySettings = Self.defaultGateway,
        name: String = "acquisition",
        callbacks: [EventRule] = [],
        resultTo: String? = nil,
        idle: Duration? = .milliseconds(50),
        gap: Duration = .milliseconds(50),
        logServer: ListenAddress? = Self.defaultLogServer
    ) {
        self.gateway = gateway
        self.name = name
        self.callbacks = callbacks
        self.resultTo = resultTo
        self.idle = idle
        self.gap = gap
        self.logServer = logServer
    }

    /// Port 9020 of this machine, to which the real modules send their records.
    public static let defaultLogServer = ListenAddress(port: 9020)

    /// On port 8080 of loopback, every command of the protocol under its own name, and `START` and `STOP` for the
    /// acquisition.
    public static let defaultGateway = GatewaySettings(listen: ListenAddress(port: 8080), map: defaultMap)

    /// The commands of the protocol by their names in Python, and before them `START` and `STOP`, which start and stop
    /// the acquisition.
    public static let defaultMap: CommandMap = {
        var map: CommandMap = ["START": MappedCommand(.startAcquisition), "STOP": MappedCommand(.stopAcquisition)]
        for name in CommandMap.commandsByName.names { map[name] = CommandMap.commandsByName[name] }
        return map
    }()

    /// Reads the table `dareplane` of a configuration: what every gateway reads, and `name`, `result_to`, `idle` (a time,
    /// 0 where `;` is needed), `gap`, `log_server` (an address, or `false`), and the tables `[[dareplane.callback]]`.
    public init(reading reader: TableReader) {
        self.init()
        gateway = GatewaySettings(reading: reader, defaults: gateway)
        name = reader.string("name") ?? name
        resultTo = reader.string("result_to")
        idle = reader.duration("idle") ?? idle
        if idle == .zero { idle = nil }
        gap = reader.duration("gap") ?? gap
        switch reader.json("log_server") {
        case nil: break
        case .bool(false): logServer = nil
        case .string:
            let standard = Self.defaultLogServer
            logServer =
                reader.parsed("log_server") {
                    try ListenAddress($0, defaultHost: standard.host, defaultPort: standard.port)
                } ?? logServer
        default: reader.note("log_server", "must be an address such as \"\(Self.defaultLogServer)\", or false")
        }
        callbacks = reader.tables("callback", Self.callback).compactMap(\.self)
        for name in gateway.map.names {
            do throws(GatewayError) {
                try ModuleCommandTable.check(name)
            } catch {
                reader.note("map", error.message)
            }
        }
        check("name", name, "module", reader)
        if let resultTo { check("result_to", resultTo, "module", reader) }
    }

    private func check(_ key: String, _ name: String, _ what: String, _ reader: TableReader) {
        do throws(GatewayError) {
            try DareplaneText.checkName(name, what)
        } catch {
            reader.note(key, error.message)
        }
    }

    private static func callback(_ reader: TableReader) -> EventRule? {
        let rule = EventRule(reading: reader)
        guard reader.table["to"] != nil else {
            reader.noteMissing("to", "the module that is called, by its name in the control room")
            return nil
        }
        guard let rule else { return nil }
        do throws(GatewayError) {
            _ = try Callback(module: rule.target, PCOMM(rule.name)).text()
        } catch {
            reader.note(nil, error.message)
        }
        if rule.data.object == nil { reader.note("data", "must be a table: the keyword arguments") }
        return rule
    }
}
