/// How much clients may keep under names of their own.
public struct LiaisonStoreLimits: Sendable, Hashable {
    /// How many names.
    public var names: Int
    /// How many bytes, about, all values together.
    public var bytes: Int

    /// Limits.
    public init(names: Int = 1000, bytes: Int = 16 << 20) {
        self.names = names
        self.bytes = bytes
    }
}
