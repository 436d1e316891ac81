public import GatewayCore

/// A login to an Alyx database. It travels in clear text (`protocol/iblutil.md`, I27); no description of it shows the
/// token.
public struct AlyxLogin: Sendable, Hashable {
    /// The database.
    public var url: String
    /// Who is logged in.
    public var user: String
    /// The token, as the database gave it.
    public var token: JSONValue

    /// A login.
    public init(url: String, user: String, token: JSONValue) {
        self.url = url
        self.user = user
        self.token = token
    }
}

extension AlyxLogin: CustomStringConvertible, CustomReflectable {
    /// The database and the user.
    public var description: String { "\(url) as \(user)" }
    /// The database and the user.
    public var customMirror: Mirror { Mirror(self, children: ["url": url, "user": user]) }
}
