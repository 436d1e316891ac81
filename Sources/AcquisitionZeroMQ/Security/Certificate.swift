public import AcquisitionRPC
public import ZeroMQ

/// A CURVE key with what is known about its owner, as it lies in a file of `NAME.key` (the public half alone) or
/// `NAME.key_secret`. The form is that of pyzmq's `zmq.auth` and of czmq.
public struct Certificate: Sendable, Hashable {
    /// The half to hand out.
    public var publicKey: CurveKey
    /// The half to keep; nil in what is handed out.
    public var secretKey: CurveKey?
    /// What more is known, by name.
    public var metadata: [String: String]

    /// A certificate.
    public init(publicKey: CurveKey, secretKey: CurveKey? = nil, metadata: [String: String] = [:]) {
        self.publicKey = publicKey
        self.secretKey = secretKey
        self.metadata = metadata
    }

    /// A certificate with a new pair of keys.
    ///
    /// - Throws: ``CertificateError`` where libzmq was built without CURVE.
    public static func generate(metadata: [String: String] = [:]) throws(CertificateError) -> Certificate {
        do {
            let pair = try CurveKeyPair()
            return Certificate(publicKey: pair.publicKey, secretKey: pair.secretKey, metadata: metadata)
        } catch {
            throw CertificateError(.system, "No keys can be made: \(error)")
        }
    }

    /// The certificate without its secret key.
    public var withoutSecret: Certificate { Certificate(publicKey: publicKey, metadata: metadata) }

    /// Both halves; nil without the secret one.
    public var pair: CurveKeyPair? {
        get throws(ZeroMQError) {
            try secretKey.map { secret throws(ZeroMQError) in try CurveKeyPair(secretKey: secret) }
        }
    }

    /// The role that the certificate gives its owner: that of its metadata, `observer` where there is none.
    ///
    /// - Throws: ``CertificateError`` for a role that is not known.
    public var role: PeerRole {
        get throws(CertificateError) {
            guard let text = metadata["role"] else { return .observer }
            guard let role = PeerRole(rawValue: text) else {
                let known = PeerRole.allCases.map(\.rawValue).joined(separator: " and ")
                throw CertificateError(.role, "'\(text)' is no role; there are \(known)")
            }
            return role
        }
    }
}

// MARK: - Text

extension Certificate {
    /// Reads the text of a certificate.
    ///
    /// - Throws: ``CertificateError``, never naming a key.
    public init(zpl bytes: [UInt8]) throws(CertificateError) {
        let document = try ZPLDocument(bytes)
        guard let publicKey = try Self.key("public-key", in: document) else {
            throw CertificateError(.keys, "there is no 'public-key' in a section 'curve'")
        }
        let secretKey = try Self.key("secret-key", in: document)
        if let secretKey, (try? CurveKeyPair(secretKey: secretKey))?.publicKey != publicKey {
            throw CertificateError(.keys, "the secret key and the public key do not belong together")
        }
        var metadata: [String: String] = [:]
        for property in document.properties where property.path.hasPrefix("metadata/") {
            metadata[String(property.path.dropFirst("metadata/".count))] = property.value
        }
        self.init(publicKey: publicKey, secretKey: secretKey, metadata: metadata)
    }

    private static func key(_ name: String, in document: ZPLDocument) throws(CertificateError) -> CurveKey? {
        guard let text = document["curve/\(name)"] else { return nil }
        guard let key = CurveKey(z85: text) else {
            throw CertificateError(.keys, "'\(name)' is not 40 characters of Z85")
        }
        return key
    }

    /// The text of the certificate.
    ///
    /// - Throws: ``CertificateError`` for metadata that cannot be written: both kinds of quotes, control characters.
    public var zpl: [UInt8] {
        get throws(CertificateError) {
            var text = secretKey == nil ? Self.publicBanner : Self.secretBanner
            text += "metadata\n"
            for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
                guard let value = ZPLDocument.quoted(value) else {
                    throw CertificateError(.form, "The value of '\(name)' cannot be written into a certificate")
                }
                text += "    \(name) = \(value)\n"
            }
            text += "curve\n    public-key = \"\(publicKey.z85)\"\n"
            if let secretKey { text += "    secret-key = \"\(secretKey.z85)\"\n" }
            let bytes = Array(text.utf8)
            // What would not be read again as it is (a name with a blank, say) is not written.
            guard try Certificate(zpl: bytes) == self else {
                throw CertificateError(.form, "The metadata cannot be written into a certificate")
            }
            return bytes
        }
    }

    private static let publicBanner = """
        #   ZeroMQ CURVE public certificate
        #   Hand it out over a way that you trust.


        """

    private static let secretBanner = """
        #   ZeroMQ CURVE **secret** certificate
        #   Do not give this file to anybody, nor change its permissions.


        """
}
