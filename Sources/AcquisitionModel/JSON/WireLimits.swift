/// What one message may cost: its bytes and the nesting of its JSON.
public struct WireLimits: Sendable, Hashable {
    /// The largest message in bytes.
    public var size: Int
    /// How many lists and objects may be open inside one another. More than 128 counts as 128: each level takes room on the
    /// stack of the thread that reads or writes.
    public var depth: Int

    /// A message of at most `size` bytes (1 MiB) whose JSON nests at most `depth` levels (64).
    public init(size: Int = 1 << 20, depth: Int = 64) {
        self.size = size
        self.depth = depth
    }

    /// 1 MiB and 64 levels.
    public static let standard = WireLimits()
    /// What a client accepts from a service: 16 MiB and 64 levels.
    public static let fromService = WireLimits(size: 16 << 20)
    /// ``depth`` as far as a thread's stack goes.
    package var usableDepth: Int { min(depth, Self.maximumDepth) }
    static let maximumDepth = 128

    /// For text that this process made itself and that goes to a person.
    static let unlimited = WireLimits(size: .max, depth: .max)
}
