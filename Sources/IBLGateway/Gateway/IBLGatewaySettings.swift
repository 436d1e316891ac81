/// What the gateway to IBL controllers is told.
public struct IBLGatewaySettings: Sendable, Hashable {
    /// What every gateway is told. It listens at `udp://127.0.0.1:11001` unless told otherwise.
    public var gateway: GatewaySettings
    /// How messages travel.
    public var transport: RigURI.Transport
    /// Times of the conversations.
    public var conversation: ConversationSettings
    /// Whether controllers hear of changes without asking.
    public var announces: Bool
    /// How long after a change that is announced. A controller that says something at the same moment takes the
    /// announcement for a wrong echo, and closes (`protocol/iblutil.md`, I8): it is most likely to do so right after an
    /// answer.
    public var announcementDelay: Duration
    /// Which other events of the acquisition process are sent, and as what: EXPINFO with data, for instance.
    public var events: [EventRule]

    /// Settings.
    public init(
        gateway: GatewaySettings = GatewaySettings(
            listen: ListenAddress(port: RigURI.defaultPort),
            map: Self.defaultMap
        ),
        transport: RigURI.Transport = .udp,
        conversation: ConversationSettings = ConversationSettings(),
        announces: Bool = true,
        announcementDelay: Duration = .milliseconds(250),
        events: [EventRule] = []
    ) {
        self.gateway = gateway
        self.transport = transport
        self.conversation = conversation
        self.announces = announces
        self.announcementDelay = announcementDelay
        self.events = events
    }

    /// EXPSTART starts the acquisition, with the experiment in the command's data; EXPEND and EXPINTERRUPT stop it;
    /// EXPINFO asks for the status. EXPINTERRUPT is no emergency stop by itself: after one, somebody must go to the
    /// animal. A lab may map it to `emergencyStop`.
    ///
    /// EXPINIT, EXPCLEANUP and EXPSTATUS give no command unless a lab maps them; they are answered all the same.
    public static let defaultMap: CommandMap = [
        "EXPSTART": MappedCommand(.startAcquisition),
        "EXPEND": MappedCommand(.stopAcquisition),
        "EXPINTERRUPT": MappedCommand(.stopAcquisition),
        "EXPINFO": MappedCommand(.command(.getStatus), data: .null),
    ]

    /// Reads a gateway's table: what `GatewaySettings` reads, with `listen = "udp://127.0.0.1:11001"` (or `tcp://…`),
    /// `echo_timeout`, `announce`, `announce_after` and the list `[[events]]`.
    public init(reading reader: TableReader) {
        self.init()
        var transport = transport
        gateway = GatewaySettings(reading: reader, defaults: gateway) { text in
            let uri = try RigURI(text, allowsAnyPort: true)
            transport = uri.transport
            return uri.address
        }
        self.transport = transport
        for entry in gateway.map.names where (try? ExpMessage(named: entry)) == nil {
            let known = ExpMessage.all.map(\.description).joined(separator: ", ")
            reader.note("map", "'\(entry)' is no message between rigs; known are \(known)")
        }
        if let timeout = reader.duration("echo_timeout") {
            conversation.echoTimeout = timeout
            if timeout == .zero { reader.note("echo_timeout", "must be longer than nothing") }
        }
        announces = reader.boolean("announce") ?? announces
        announcementDelay = reader.duration("announce_after") ?? announcementDelay
        events = reader.tables("events") { reader in
            let rule = EventRule(reading: reader)
            if let rule, (try? ExpMessage(named: rule.name)) == nil {
                reader.note("send", "'\(rule.name)' is no message between rigs, such as EXPINFO")
            }
            if let rule, !rule.target.isEmpty, (try? RigURI(rule.target)) == nil {
                reader.note("to", "must be the address of a controller, such as udp://192.168.0.4:50000, or missing")
            }
            return rule
        }.compactMap(\.self)
    }
}
