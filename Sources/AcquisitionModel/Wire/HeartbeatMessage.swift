/// A sign of life, published on ``ApiTopic/heartbeat`` every few seconds.
public struct HeartbeatMessage: Sendable, Hashable {
    /// Who this is: the name of the rig.
    public var identifier: String
    /// The release of the protocol that is spoken: 0.12.0, 0.9.7.
    public var version: String
    /// When it was sent, in seconds since 1970-01-01 00:00 UTC.
    public var timestamp: Double
    /// What program speaks; nil for the Python package.
    public var implementation: String?
    /// The version of that program.
    public var implementationVersion: String?
    /// Who can reach the service: `curve` for those who have a key, `insecureRemote` for anybody on the network; nil for
    /// programs on its machine, and for the Python package.
    public var security: String?
    /// What tells one start of the service from another: when it was, in nanoseconds since 1970. nil where the service
    /// does not say, as the Python package.
    public var epoch: Int?
    /// For how long the service has been running, in milliseconds, by a clock that nobody sets; nil where the service does not
    /// say. One that does also keeps the deadlines of commands: what comes too late does not run.
    public var uptime: Int?
    /// How many messages were published on each topic since the start, before this heartbeat.
    public var published: [ApiTopic: Int] = [:]
    /// For how many seconds commands are remembered, so that they may be given again; nil where they may not.
    public var deduplicate: Double?
    /// What the service counted since its start: refused, dropped, failed; zeros are left out.
    public var counters: [String: Int] = [:]
    /// True while the audit file cannot be written, or misses entries; nil where the sender does not say so.
    public var auditDegraded: Bool?

    /// A heartbeat.
    public init(
        identifier: String,
        version: String,
        timestamp: Double,
        implementation: String? = nil,
        implementationVersion: String? = nil,
        auditDegraded: Bool? = nil,
        security: String? = nil
    ) {
        self.identifier = identifier
        self.version = version
        self.timestamp = timestamp
        self.implementation = implementation
        self.implementationVersion = implementationVersion
        self.auditDegraded = auditDegraded
        self.security = security
    }

    /// Whether this comes from the rig named `identifier`. Releases up to 0.9.7 damage the name: `autotrainer-device`
    /// arrives as `autotrainerDevice` (`protocol/autotrainer.md`, Q4), so both count.
    public func isFrom(_ identifier: String) -> Bool {
        self.identifier == identifier || self.identifier == KeyCase.camelize(identifier)
    }
}

extension HeartbeatMessage: WireCodable {
    /// Reads a heartbeat; keys that are not known are ignored.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        identifier = try object.read("identifier")
        version = try object.read("version")
        timestamp = try object.read("timestamp")
        implementation = object["implementation"]?.string
        implementationVersion = object["implementationVersion"]?.string
        security = object["security"]?.string
        epoch = object["epoch"]?.int
        uptime = object["uptime"]?.int
        deduplicate = object["deduplicate"]?.double
        for member in object["published"]?.object?.members ?? [] {
            guard let topic = UInt32(member.key), let count = member.value.int, count >= 0 else { continue }
            published[ApiTopic(rawValue: topic)] = count
        }
        for member in object["counters"]?.object?.members ?? [] { counters[member.key] = member.value.int }
        auditDegraded = object["auditDegraded"]?.bool
    }

    /// Writes the heartbeat: the three keys of the protocol, then those that are there of ours.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("identifier", identifier)
            $0.field("version", version)
            $0.field("timestamp", timestamp)
            if let implementation { $0.field("implementation", implementation) }
            if let implementationVersion { $0.field("implementationVersion", implementationVersion) }
            if let security { $0.field("security", security) }
            if let epoch { $0.field("epoch", epoch) }
            if let uptime { $0.field("uptime", uptime) }
            if let deduplicate { $0.field("deduplicate", deduplicate) }
            if !published.isEmpty {
                let counts = published.sorted { $0.key.rawValue < $1.key.rawValue }
                $0.field("published", JSONObject(counts.map { (String($0.key.rawValue), JSONValue($0.value)) }))
            }
            if !counters.isEmpty {
                $0.field(
                    "counters",
                    JSONObject(counters.sorted { $0.key < $1.key }.map { ($0.key, JSONValue($0.value)) })
                )
            }
            if let auditDegraded { $0.field("auditDegraded", auditDegraded) }
        }
    }
}
