/// Keeps logins to Alyx databases, and who asked for one that is not there yet. In memory only: a token is a secret.
struct LoginMemory: Sendable {
    /// How many logins are kept, and how many peers may wait for one.
    static let maximum = 16

    private var logins: [AlyxLogin] = []
    private var waiting: [(peer: RigURI, url: String?)] = []

    /// Keeps a login in place of the one before to the same database; those who asked for it before it was there.
    mutating func keep(_ login: AlyxLogin, from peer: RigURI) -> [RigURI] {
        logins.removeAll { Self.isSame($0.url, login.url) }
        if logins.count == Self.maximum { logins.removeFirst() }
        logins.append(login)
        let served = waiting.filter { $0.url.map { Self.isSame($0, login.url) } ?? true }.map(\.peer)
        waiting.removeAll { served.contains($0.peer) }
        return served.filter { $0 != peer }
    }

    /// The login to a database; where none is named, the last one that came.
    func login(to url: String?) -> AlyxLogin? {
        guard let url, !url.isEmpty else { return logins.last }
        return logins.last { Self.isSame($0.url, url) }
    }

    /// A peer asks for a login that is not there. It gets it when it comes.
    mutating func wait(_ peer: RigURI, for url: String?) {
        waiting.removeAll { $0.peer == peer }
        if waiting.count == Self.maximum { waiting.removeFirst() }
        waiting.append((peer, url.flatMap { $0.isEmpty ? nil : $0 }))
    }

    private static func isSame(_ one: String, _ other: String) -> Bool { trimmed(one) == trimmed(other) }

    /// `https://alyx.org/` and `https://alyx.org` are one database.
    private static func trimmed(_ url: String) -> Substring {
        var url = url[...]
        while url.hasSuffix("/") { url.removeLast() }
        return url
    }
}
