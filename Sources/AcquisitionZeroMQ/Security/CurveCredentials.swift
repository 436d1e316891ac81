public import ZeroMQ

/// What a client needs for a service that asks for keys: the service's public key, by which it knows the service, and
/// its own pair.
///
/// ```swift
/// let credentials = try CurveCredentials(serverKeyFile: "service.key", secretKeyFile: "ann.key_secret")
/// let client = try createApiClient(host: "rig-1", credentials: credentials)
/// ```
public struct CurveCredentials: Sendable, Hashable {
    /// The service's public key.
    public var serverKey: CurveKey
    /// The client's own keys.
    public var keys: CurveKeyPair

    /// Credentials.
    public init(serverKey: CurveKey, keys: CurveKeyPair) {
        self.serverKey = serverKey
        self.keys = keys
    }

    /// Credentials from certificates.
    ///
    /// - Throws: ``CertificateError``: not there, a link, readable by others, unreadable.
    public init(serverKeyFile: String, secretKeyFile: String) throws(CertificateError) {
        let serverKey = try Certificate(publicFile: serverKeyFile).publicKey
        try self.init(serverKey: serverKey, secretKeyFile: secretKeyFile)
    }

    /// Credentials from a key of the service and a certificate of one's own.
    ///
    /// - Throws: ``CertificateError``: not there, a link, readable by others, unreadable.
    public init(serverKey: CurveKey, secretKeyFile: String) throws(CertificateError) {
        let own = try Certificate(secretFile: secretKeyFile)
        do {
            guard let pair = try own.pair else {
                throw CertificateError(.keys, "\(secretKeyFile) holds no secret key", path: secretKeyFile)
            }
            self.init(serverKey: serverKey, keys: pair)
        } catch let error as CertificateError {
            throw error
        } catch {
            throw CertificateError(
                .system,
                "The keys of \(secretKeyFile) cannot be used: \(error)",
                path: secretKeyFile
            )
        }
    }

    /// Gives a socket that is not connected yet these keys.
    func apply(to socket: Socket) throws(ZeroMQError) {
        try socket.set(.curveServerKey, to: serverKey)
        try socket.set(.curvePublicKey, to: keys.publicKey)
        try socket.set(.curveSecretKey, to: keys.secretKey)
    }
}
