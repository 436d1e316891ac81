import CZeroMQ

extension SocketOption where Value == Bool {
    /// Makes this the CURVE server of its connections. Set ``zapDomain`` and ``zapEnforceDomain`` with it: without
    /// an authentication handler CURVE lets anybody with any key in.
    public static var curveServer: Self { Self("curveServer", ZMQ_CURVE_SERVER, .flag) }

    /// Refuses peers when nobody answers for authentication, instead of letting them in.
    public static var zapEnforceDomain: Self { Self("zapEnforceDomain", zapEnforceDomainNumber, .flag) }
}

extension SocketOption where Value == CurveKey {
    /// This client's public key.
    public static var curvePublicKey: Self { Self("curvePublicKey", ZMQ_CURVE_PUBLICKEY, .key) }

    /// This socket's secret key.
    public static var curveSecretKey: Self { Self("curveSecretKey", ZMQ_CURVE_SECRETKEY, .key) }

    /// The public key of the server to connect to; setting it makes the socket a CURVE client.
    public static var curveServerKey: Self { Self("curveServerKey", ZMQ_CURVE_SERVERKEY, .key) }
}

extension SocketOption where Value == String {
    /// The name that the authentication handler is asked under; empty, as at first, asks nobody, and
    /// cannot be set again.
    public static var zapDomain: Self { Self("zapDomain", ZMQ_ZAP_DOMAIN, .text) }
}

/// `ZMQ_ZAP_ENFORCE_DOMAIN`. The header names it only for draft builds, but every build since 4.3.0
/// understands the number.
private let zapEnforceDomainNumber: Int32 = 93
