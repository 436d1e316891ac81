public import AcquisitionRPC

/// The folder with a service's own keys and the keys of those who may reach it.
///
/// ```
/// FOLDER/                  0700
///   service.key            0644   the service's public key, which its clients need
///   service.key_secret     0600
///   clients/               0700
///     ann.key              0644   one file for each user, with the role in its metadata
/// ```
///
/// The files may as well be written by hand, by pyzmq or by czmq; a client whose file names no role is an observer.
public struct KeyFolder: Sendable, Hashable {
    /// The name under which the service's own keys lie.
    public static let serviceName = "service"

    /// The folder.
    public let path: String

    /// A folder, which need not be there yet.
    public init(_ path: String) {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.path = path
    }

    /// The folder of those who may come in.
    public var clientsPath: String { "\(path)/clients" }

    /// The file of a public key.
    public func publicPath(_ name: String) -> String { "\(path)/\(name).key" }
    /// The file of a secret key.
    public func secretPath(_ name: String) -> String { "\(path)/\(name).key_secret" }

    // MARK: - Own keys

    /// Makes new keys: `NAME.key` and `NAME.key_secret`.
    ///
    /// - Throws: ``CertificateError`` where one of the files is there.
    @discardableResult
    public func generate(_ name: String, metadata: [String: String] = [:]) throws(CertificateError) -> Certificate {
        try Self.check(name)
        var metadata = metadata
        metadata["name"] = metadata["name"] ?? name
        let certificate = try Certificate.generate(metadata: metadata)
        try CertificateFile.makeFolder(path)
        try CertificateFile.create(secretPath(name), certificate)
        do throws(CertificateError) {
            try CertificateFile.create(publicPath(name), certificate.withoutSecret)
        } catch {
            // Not half a pair.
            try CertificateFile.remove(secretPath(name))
            throw error
        }
        return certificate
    }

    /// The keys of a name, the secret one among them.
    ///
    /// - Throws: ``CertificateError``: not there, a link, readable by others, unreadable, without the secret key.
    public func secret(_ name: String) throws(CertificateError) -> Certificate {
        try CertificateFile.checkFolder(path)
        return try Certificate(secretFile: secretPath(name))
    }

    /// Whether there is a file for the service's secret key, of use or not.
    var hasServiceKey: Bool { CertificateFile.exists(secretPath(Self.serviceName)) }

    // MARK: - Those who may come in

    /// Lets the owner of a key in, or gives the user another key or role; at once, also in a service that runs.
    public func authorize(
        _ certificate: Certificate,
        user: String,
        role: PeerRole
    ) throws(CertificateError) {
        try Self.check(user)
        var certificate = certificate.withoutSecret
        certificate.metadata["user"] = user
        certificate.metadata["role"] = role.rawValue
        try CertificateFile.makeFolder(path)
        try CertificateFile.makeFolder(clientsPath)
        try CertificateFile.replace(clientPath(user), certificate)
    }

    /// Takes a user's key out. A service that runs takes no command from it any more, and lets it in no more; a
    /// connection for events that is open stays.
    ///
    /// - Throws: ``CertificateError`` where there is no such user.
    public func revoke(_ user: String) throws(CertificateError) {
        try Self.check(user)
        let files = try ClientDirectory(clientsPath).read(reusing: [:]).files
        let paths = files.filter { $0.key == "\(user).key" || (try? $0.value.client.get().client.user) == user }
            .keys.map { "\(clientsPath)/\($0)" }
        guard !paths.isEmpty else {
            throw CertificateError(.found, "There is no user '\(user)' in \(clientsPath)", path: clientsPath)
        }
        for path in paths { try CertificateFile.remove(path) }
    }

    /// Those who may come in, in the order of their names, and the files that are not used, each with its reason.
    public func clients() throws(CertificateError) -> (clients: [AuthorizedClient], problems: [CertificateError]) {
        let directory = ClientDirectory(clientsPath)
        let found = try directory.read(reusing: [:])
        return (found.clients.values.sorted { $0.user < $1.user }, found.problems)
    }

    private func clientPath(_ user: String) -> String { "\(clientsPath)/\(user).key" }

    /// Refuses a name that is no name of a file, or would hide one.
    static func check(_ name: String) throws(CertificateError) {
        let isGood =
            (1...64).contains(name.utf8.count) && !name.hasPrefix(".") && !name.hasPrefix("-")
            && name.unicodeScalars.allSatisfy { character in
                switch character {
                case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-", "+", "@": true
                default: false
                }
            }
        guard isGood else {
            let rule = "1 to 64 letters, digits and . _ - + @, and the first is neither . nor -"
            throw CertificateError(.name, "'\(name)' is no acceptable name: \(rule)")
        }
    }
}

extension Certificate {
    /// Reads a file with a secret key.
    ///
    /// - Throws: ``CertificateError``: not there, a link, readable by others, unreadable, without a secret key.
    public init(secretFile path: String) throws(CertificateError) {
        self = try CertificateFile.read(path, isSecret: true)
        guard secretKey != nil else {
            throw CertificateError(.keys, "\(path) holds no secret key", path: path)
        }
    }

    /// Reads a file with a public key. Where it holds a secret one too, the rules for those count.
    ///
    /// - Throws: ``CertificateError``: not there, a link, changeable by others, unreadable.
    public init(publicFile path: String) throws(CertificateError) {
        self = try CertificateFile.read(path, isSecret: path.hasSuffix("_secret")).withoutSecret
    }
}

/// Somebody who may reach the service.
public struct AuthorizedClient: Sendable, Hashable {
    /// The name: `user` of the metadata, or else that of the file.
    public var user: String
    /// What this user may do.
    public var role: PeerRole
    /// The public key, 40 characters of Z85.
    public var key: String

    /// A client.
    public init(user: String, role: PeerRole, key: String) {
        self.user = user
        self.role = role
        self.key = key
    }
}
