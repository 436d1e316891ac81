/// Whom a service lets in.
///
/// With keys, both sockets speak CURVE: everything is encrypted, and only clients whose keys lie in the folder come in.
/// What the folder holds is written where it is made: `KeyFolder` of AcquisitionZeroMQ, `remote-console keys`.
public enum ServiceSecurity: Sendable, Hashable {
    /// Everybody who reaches the ports, as an operator: for programs on the same machine.
    case off
    /// Those who have a key, where the folder at this path holds keys of the service; otherwise as ``off``.
    case auto(keys: String)
    /// Those who have a key. Without keys of the service in the folder at this path, it does not start.
    case required(keys: String)
}

/// Who can reach a service that runs.
public enum ServiceExposure: String, Sendable, Hashable {
    /// Programs on the same machine, without a key.
    case local
    /// Those who have a key.
    case curve
    /// Whoever is on the network, without a key.
    case insecureRemote
}

/// Somebody who was not let in.
public struct RefusedHandshake: Sendable, Hashable {
    /// The IP address, or `unix:uid=1000,pid=4711` for a peer on a Unix socket; nil where it is not known.
    public var address: String?
    /// The public key, 40 characters of Z85, of which its owner has the secret half; nil where there was none.
    public var key: String?
    /// Why.
    public var reason: String

    /// A refusal.
    public init(address: String? = nil, key: String? = nil, reason: String) {
        self.address = address
        self.key = key
        self.reason = reason
    }
}
