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

    /// A heartbeat.
    public init(
        identifier: String,
        version: String,
        timestamp: Double,
        implementation: String? = nil,
        implementationVersion: String? = nil,
        security: String? = nil
    ) {
        self.identifier = identifier
        self.version = version
        self.timestamp = timestamp
        self.implementation = implementation
        self.implementationVersion = implementationVersion
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
        }
    }
}
