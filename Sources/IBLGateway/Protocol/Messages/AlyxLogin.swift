public import GatewayCore

/// A login to an Alyx database. It travels in clear text (`protocol/iblutil.md`, I27).
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
