/// A client that asks to be let in, as the socket tells it (ZAP, RFC 27, with the CURVE mechanism of RFC 26).
public struct AuthenticationRequest: Sendable, Hashable {
    /// The ``SocketOption/zapDomain`` of the socket to which the client connects.
    public var domain: String
    /// The client's IP address; empty where the transport has none.
    public var address: String
    /// The client's public key. The handshake has proved that it owns the secret half.
    public var key: CurveKey

    /// A request.
    public init(domain: String, address: String, key: CurveKey) {
        self.domain = domain
        self.address = address
        self.key = key
    }

    /// Reads the frames that libzmq sends: version, request id, domain, address, identity, mechanism, credentials.
    ///
    /// - Throws: ``AuthenticationAnswer`` that refuses what has another form, another version, or another mechanism.
    init(frames: [Frame]) throws(AuthenticationAnswer) {
        guard frames.first == AuthenticationAnswer.version else {
            throw .failed("The version is not 1.0")
        }
        guard frames.count >= 6 else { throw .failed("The request has too few frames") }
        guard frames[5] == Array("CURVE".utf8) else { throw .refused("The mechanism is not CURVE") }
        guard frames.count == 7, let key = CurveKey(bytes: frames[6]) else {
            throw .failed("The credentials are not one key of 32 bytes")
        }
        guard
            let domain = String(validating: frames[2], as: UTF8.self),
            let address = String(validating: frames[3], as: UTF8.self)
        else { throw .failed("The domain or address is no text") }
        self.init(domain: domain, address: address, key: key)
    }
}
