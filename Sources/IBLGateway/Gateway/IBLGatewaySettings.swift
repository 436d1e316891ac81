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
    /// What every EXPINFO says beside what the acquisition process says of itself, under exactly these keys. The gateway adds
    /// `status`, and `exp_ref`: the experiment that a controller named with EXPINIT or EXPSTART, else the one that stands
    /// here, else `expRef` of the process's status, else null.
    ///
    /// iblrig needs `main_sync` from every rig, and true from exactly one. Where it is true here, and nobody has named an
    /// experiment, `exp_ref` is the next one of the `subject` that the controller names: of today, counted from 1.
    public var info: JSONObject
    /// Whether logins to Alyx are kept, in memory only, and given to whoever asks for one. They travel in clear text.
    public var keepsLogins: Bool

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
        events: [EventRule] = [],
        info: JSONObject = Self.defaultInfo,
        keepsLogins: Bool = false
    ) {
        self.gateway = gateway
        self.transport = transport
        self.conversation = conversation
        self.announces = announces
        self.announcementDelay = announcementDelay
        self.events = events
        self.info = info
        self.keepsLogins = keepsLogins
    }

    /// What iblrig expects of a rig that follows another one: `main_sync` and `master` are false, and there is an
    /// `experiment_description` without anything in it.
    public static let defaultInfo: JSONObject = ["main_sync": false, "experiment_description": [:], "master": false]

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
    /// `echo_timeout`, `announce`, `announce_after`, `alyx`, the table `info` on top of ``defaultInfo``, and the list
    /// `[[events]]`.
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
        if gateway.map["ALYX"] != nil {
            reader.note(
                "map",
                "ALYX stands for no command: a login is a secret; 'alyx = true' keeps it and gives it on"
            )
        }
        if let timeout = reader.duration("echo_timeout") {
            conversation.echoTimeout = timeout
            if timeout == .zero { reader.note("echo_timeout", "must be longer than nothing") }
        }
        announces = reader.boolean("announce") ?? announces
        announcementDelay = reader.duration("announce_after") ?? announcementDelay
        keepsLogins = reader.boolean("alyx") ?? keepsLogins
        reader.table("info") { table in
            for entry in table.entries() {
                if entry.key == "status" { table.note("status", "is told by the gateway; it cannot be set") }
                if entry.key == "main_sync", entry.value.json.bool == nil {
                    table.note("main_sync", "must be true or false, not \(entry.value.kindInWords)")
                }
                info.set(entry.key, to: entry.value.json)
            }
        }
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
