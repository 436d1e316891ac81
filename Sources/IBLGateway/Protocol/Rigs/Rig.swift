/// One rig among many.
public struct Rig: Sendable, Hashable {
    /// What it is called.
    public let name: String
    /// Where it is.
    public let uri: RigURI

    /// A rig.
    public init(_ name: String, at uri: RigURI) {
        self.name = name
        self.uri = uri
    }
}
