import CZeroMQ

/// A public key and the secret one that goes with it.
public struct CurveKeyPair: Sendable, Hashable {
    /// The half to hand out.
    public let publicKey: CurveKey
    /// The half to keep.
    public let secretKey: CurveKey

    /// Makes a new pair.
    ///
    /// - Throws: ``ZeroMQError/Code/notSupported`` if libzmq was built without CURVE.
    public init() throws(ZeroMQError) {
        var publicText = [CChar](repeating: 0, count: 41)
        var secretText = [CChar](repeating: 0, count: 41)
        guard zmq_curve_keypair(&publicText, &secretText) == 0 else { throw .last("make a key pair") }
        publicKey = try Self.key(publicText)
        secretKey = try Self.key(secretText)
    }

    /// The pair of a secret key.
    ///
    /// - Throws: ``ZeroMQError/Code/notSupported`` if libzmq was built without CURVE.
    public init(secretKey: CurveKey) throws(ZeroMQError) {
        var publicText = [CChar](repeating: 0, count: 41)
        guard zmq_curve_public(&publicText, secretKey.z85) == 0 else { throw .last("find the public key") }
        publicKey = try Self.key(publicText)
        self.secretKey = secretKey
    }

    private static func key(_ text: [CChar]) throws(ZeroMQError) -> CurveKey {
        let text = String(decoding: text.prefix(40).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let key = CurveKey(z85: text) else { throw .last("read a key") }
        return key
    }
}
