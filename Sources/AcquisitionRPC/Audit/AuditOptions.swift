/// Where a service writes down who gave which command, and what came of it.
///
/// The file has one JSON object a line. Each line carries the hash of the line before and its own, so that
/// `remote-console audit verify` finds what was changed or taken out. A command never waits for the disk: entries wait in
/// memory, and where that is full or the disk is, they are counted, and the file says later how many are missing.
public struct AuditOptions: Sendable, Hashable {
    /// The file. It is made where there is none (for its owner only, 0600), and never shortened; its folder must exist.
    public var path: String
    /// How many entries may wait to be written before more are only counted.
    public var capacity: Int
    /// After what time writing is tried again where it failed.
    public var retryAfter: Duration

    /// Options for the audit file at `path`.
    public init(path: String, capacity: Int = 4096, retryAfter: Duration = .seconds(1)) {
        self.path = path
        self.capacity = capacity
        self.retryAfter = retryAfter
    }
}
